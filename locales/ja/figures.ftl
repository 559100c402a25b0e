## Time and counts of people, the report of their day. Every language has the same messages.

# 時間
done_time = { $day } の対応時間を直しました
done_time_more = 本人の申告として集計に使います。
unclear_spent_time = 時間が読み取れませんでした。「時間 15m」「時間 1時間10分」、日を指定するときは「時間 8/27 40m」のように書いてください。
word_time = 時間

# Columns.
col_number = No.
col_day = 日付
col_person = 担当者
col_mailbox = メールボックス
col_queue = キュー
col_case = 受付番号
col_customer = お客様
col_topic = 用件
col_class = 種別
col_tags = 流入元
col_tag = 流入元
col_handled = 件数
col_time = 対応時間
col_median = 中央値
col_calls = 電話済
col_unanswered = 電話×
col_first = 初回応答
col_first_level = 応答期限内
col_resolved_level = 解決期限内
col_arrived = 受付
col_open = 残
col_corrected = 訂正
col_last = 最後の操作
col_confirmed = 本人確認

# Tables.
table_people = 担当者別
table_days = 日別
table_mailboxes = メールボックス別
table_queues = キュー別
table_topics = 用件別
table_classes = 種別別
table_tags = 流入元別
table_cases = 案件
total = 合計
nobody = 担当者不明
no_queue = キューなし
hours_minutes = { $hours }時間{ $minutes }分
only_minutes = { $minutes }分
kept = { $met }/{ $all }
nothing_handled = 対応した案件はありません。

# The picture.
legend_cases = 件数
legend_time = 対応時間
picture_alt = 担当者別の件数と対応時間の棒グラフ。{ $rows }
picture_alt_row = { $number }. { $name } { $cases }件 { $time }。

# A person's report of the day.
day_subject = { $day } 本日の件数・対応時間
day_title = { $day } 本日の件数・対応時間
day_lead = { $cases }件、合わせて{ $time }です。
day_how_ok = 合っていれば「OK」と返信してください。
day_how_correct = 違うところは、1 行に 1 件ずつ書いて返信してください。直した件のほかは、このままで確認したものとします。
day_how_lines = 書き方の例
day_until = { $at } に集計を送ります。
day_rounded = 時間は分に丸めて表示しています。
button_confirm = このとおり（OK）

# What an answer came to.
day_thanks = ご確認ありがとうございます
day_thanks_more = 本日の件数・対応時間を、このとおり記録しました。
day_corrected = { $count }件の時間を直しました。
day_too_late = 集計はもう送られています。この回答は、次の集計で知らせます。
day_closed = 回答の期限を過ぎています
day_closed_more = この報告に回答できるのは 1 週間です。時間を直すときは、その案件のメールに「時間 { $short } 15m」と返信してください。この日の集計は madoguchi figures --day { $day } で見られます。
day_not_understood = 読み取れませんでした
day_line_unclear = 読み取れない行: { $line }
day_line_unknown = この日の案件にありません: { $line }

# The summary.
summary_subject = { $day } 件数・対応時間の集計
summary_title = { $day } 件数・対応時間の集計
summary_late = 予定に遅れて { $at } に作成しました。
summary_lead = { $people }人で{ $cases }件、合わせて{ $time }です。
summary_unconfirmed = 本人がまだ確認していません: { $names }
summary_unasked = 確認を依頼していません: { $names }
summary_confirmed = 全員が確認しました。
confirmed_at = { $at } 確認
confirmed_corrected = { $at } 訂正して確認
confirmed_not = 未確認
confirmed_unasked = 依頼なし
since_summary = 集計のあとに変わった分
since_line = { $day } { $name }: { $before } → { $now }
since_confirmed = { $day } { $name }: 確認しました
report_lost = { $day } の報告({ $who })が届いたか分かりません
report_lost_more = 自動で送り直すことはありません。内容は madoguchi figures --day { $day } で見られます。
