## Queues, service levels and priority callbacks. Every language has the same messages.

# Mails that tell of deadlines.
alerts_subject =
    期限のお知らせ: { $near ->
        [0] 超過 { $breached } 件
       *[other] { $breached ->
            [0] まもなく { $near } 件
           *[other] 超過 { $breached } 件・まもなく { $near } 件
        }
    }
alerts_headline = 期限が近い、または過ぎた件があります
alerts_breached = 期限を過ぎた件
alerts_near = まもなく期限の件
alerts_more = ほか { $count } 件（madoguchi queues で見られます）
alerts_how = 対応は、それぞれの依頼のメールに返信してください。このメールへの返信では何も起きません。
alert_line = { $case } { $name }・{ $topic }・{ $goal }の期限 { $at }・{ $owner }
goal_first_answer = 初回回答
goal_resolution = 解決
alert_nobody = 担当なし
alert_supervisors = 管理者
alert_shop = 店舗
alert_desk = 窓口
in_queue = キュー { $queue }

# Priority callbacks.
callbacks_heading = 優先折り返し（ほかの件より先に、この順で）
callback_line = { $case } { $name } { $phone }・引継 { $at }
callback_subject = 【優先折り返し】{ $subject }
callback_notice = 【優先折り返し】引き継がれた件です。ほかの件より先に折り返してください。

# Where a case belongs, in a request.
placed_queue = キュー: { $queue }
placed_premium = プレミアムのお客様
placed_first = 初回回答の期限: { $at }
placed_resolution = 解決の期限: { $at }
placed_paused = 解決の期限: 止まっています（お客様待ち）

# Why there is no draft to approve.
why_handed_over =
    { $name } さんからの引継です: { $text }
    指示は「メモ」で残し、折り返したら「電話済」と返信してください。
why_call_back = 引き継がれた件で、お客様には一次回答をしています。折り返して「電話済」と返信してください。

# Short answers.
done_move = キューを移しました
done_move_more = 新しい担当に依頼し、期限を計算し直しました。
done_priority = 優先度を変えました
done_priority_more = 期限を計算し直しました。
done_hand_over = 管理者へ引き継ぎました
done_hand_over_more = お客様への一次回答のあと、優先折り返しリストに載ります。
entered = 「{ $queue }」に新しい件が入りました
entered_more = 担当: { $owner }。依頼のメールは担当に届いています。
unknown_queue = キューが分かりません
unknown_queue_more = 「{ $name }」というキューはありません。あるもの: { $known }
no_queues = キューは設定されていません
unclear_queue_missing = 移す先を「移動 キュー名」のように書いてください。
unclear_priority_missing = 「優先 至急」「優先 高」「優先 中」「優先 低」のどれかを書いてください。
unclear_hand_over_missing = お客様のご質問の内容を「引継」の後に書いてください。
word_move = 移動
word_priority = 優先
word_hand_over = 引継
