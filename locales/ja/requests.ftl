## Requests: what is asked, what is known, what happens without an answer. Every language has the same messages.

# The first line, also in the list of mails.
headline_approve = 返信案の確認をお願いします
headline_write = 対応をお願いします
headline_shop = 店舗でのご対応をお願いします
headline_unknown = お客様に届いたか分かりません
headline_quarantine = 読み取れないメールがあります
headline_sent = お客様へ送信しました
headline_called = 電話済として記録しました
headline_undo = 承認しました。まもなく送信します
headline_check = お尋ねしたいことがあります

urgent = 本日中
urgent_line = 【本日中】

# What to say before everything else.
to_staff = コールセンターではお答えできないお問い合わせをお預かりしています。お客様へ直接ご連絡いただけるときは、「対応します」とだけお返事ください。お手数をおかけしますが、よろしくお願いいたします。
to_agent_for_shop = 店舗のメールアドレスが設定されていません。店舗へ電話で確認し、店舗が対応するときは「対応します」と返信してください。
to_agent_for_absent_shop = 店舗から不在の自動返信がありました。店舗へ電話で確認し、店舗が対応するときは「対応します」と返信してください。
first_answer = お客様には { $at } に一次返信をお送りしています。
unknown_ending =
    送信中に接続が切れました。送信済みの中には見つかりませんでした。自動で送り直すことはありません。
    「再送」では、お客様に同じメールが 2 通届くことがあります。「送らない」では、届いたものとして扱います。
quarantine = 内容を読み取れなかったため、印を付けてそのまま残しました。元のメールを開いて対応をお願いします。
ambiguous = A（お問い合わせ）とも B（予約希望）とも読めます。違うときは「分類 a」「分類 b」と返信してください。
either =
    二通りに読めます。① { $first } ② { $second }。① として案を作りました。
    違うときは「分類 a」「分類 b」と返信するか、修正した文を返信してください。
reading = { $class }（{ $topic }）
linked_from = 関連する件: C-{ $case }({ $state })。件名または差出人が違うため、別の件として受け付けました。
revision = 改訂 { $number } です。前の案は取り下げました。
at_shop = 店舗の回答を待っています。
reminder = 【再度のお知らせ { $count } 回目】{ $since } からお返事を待っています。
reminder_owner = { $name } さんからお返事がないため、お送りしています。
reminder_desk = 担当者からお返事がないため、管理者の方にもお送りしています。
undo_leaves = { $clock } に送信します。
check_asked = { $name } さんより: { $question }
check_asked_silently = { $name } さんが、この返信案について意見を求めています。
second_asked = { $name } さんが承認しています。もう一人の承認で送信します。

# Why there is no draft to approve.
why_fault = 返信案を作れませんでした。{ $sentence }
why_no_address = お客様のメールアドレスが見つからないため、返信案がありません。お電話での対応をお願いします。
why_rejected = { $name } さんが「却下」と返事しました。
why_rejected_because = { $name } さんが「却下」と返事しました: { $reason }
why_customer_answered = お客様から続きのメールが届きました。まだ送っていない返信案は取り下げました。
why_bounced = お客様へ送ったメールが届かずに戻ってきました。アドレスを確かめてください。
why_refused = 送信サーバーに断られ、お客様には届いていません（{ $what }）。宛先を確かめ、お電話でのご連絡もご検討ください。
why_draft_edited =
    下書きが手で直されたままで、まだ送られていません。メールソフトの下書きから送るか、
    下の言葉で返信してください。窓口はその下書きに触れません。

# Headings.
heading_customer = お客様
heading_original = 元のメール
heading_wishes = ご希望
heading_confirm = 先に確認すること
heading_words = お客様の言葉
heading_draft = 返信案（このまま送ります）
heading_attempted = 送ろうとしたメール
heading_leaving = 送るメール
heading_checked = 返信案（まだ送っていません）
heading_own_words = 返事のしかた
heading_answer = 返事のしかた（このメールに返信。本文は下の言葉だけ）
heading_sent = 送信したメール
heading_notes = 社内メモ（お客様には見えません）
heading_concerns = 送る前に確認してください
heading_history = これまで（{ $count } 件・前回 { $last }）

# Facts and their labels.
label_name = お名前
label_candidates = お名前の候補（要確認）
label_registered = 顧客登録
label_phone = 電話
label_email = メール
label_shop = 店舗
label_class = 分類
label_topic = 内容
label_received = 受信
label_to = 宛先
label_subject = 件名
label_mailbox = メールボックス
label_address = アドレス
label_folder = フォルダー
label_mark = 印
missing = （記載なし）
customer_name = { $name } 様
name_missing = お名前の記載なし
phone_missing = 電話番号の記載なし
call = 電話する　{ $phone }
words_cut = （長いため、ここまで。続きは元のメールにあります）
sent_mail = { $at }「{ $subject }」
same_address = { $name }（{ $day } に同じアドレスから）
same_address_and_phone = { $name }（{ $day } に同じアドレス・同じ電話番号から）
other_phone = { $name }（{ $day } に同じアドレスから。電話番号は違います）
registered_as = 登録あり: { $name } 顧客番号 { $number }・{ $tier }・{ $linked }（{ $why }）
not_registered = 未登録
tier_standard = スタンダード
tier_premium = プレミアム
linked = 紐付け済
not_linked = 紐付けなし
known_by_phone = 電話番号が同じ
known_by_mail = メールアドレスが同じ
known_by_name = お名前が同じ

# What an agent should find out first.
confirm_staff = 症状・病気の記載があります。「このように回答してよいか」を店舗スタッフに確認
confirm_name = お名前が分かりません（これまでのメール・予約通知を確認）
confirm_phone = 電話番号の記載がありません
confirm_email = メールアドレスの記載がありません
confirm_version = 製品とバージョンが分かりません（最初に確認）
confirm_order_no = 注文番号の記載がありません
confirm_content = 内容の記載がありません
confirm_weekday = 希望日の日付と曜日が合っていません（どちらが正しいか確認）

# What to look at in a draft before it goes out.
concern_address = お客様のものでも当方のものでもないメールアドレスがあります: { $found }
concern_phone = お客様のものでも当方のものでもない電話番号があります: { $found }
concern_note = 社内メモの文が入っています: { $found }
concern_case_number = 社内の番号が入っています: { $found }

# What happens if nobody answers.
otherwise_approve = 期限 { $until } まで。返事がなければ送りません。
otherwise_write = 期限 { $until } まで。返事があるまで、お客様へは何も送りません。
otherwise_shop = { $until } までお待ちします。それまでにお返事がないときは、店舗でご対応いただいたものとしてアーカイブします。
otherwise_unknown = 期限 { $until } まで。返事がなければ送り直しません。
otherwise_quarantine = 返事があるまで、メールは受信トレイに残ります。
otherwise_waiting = 予約になったとき、ならなかったときだけ、お知らせください。お客様から続きのメールが届けばお知らせします。
otherwise_sent = 返事は要りません。予約の結果が分かったときだけ、お知らせください。
otherwise_undo = 送らないときは、送信の前に「送信を取り消す」を押すか、「取消」と返信してください。
otherwise_check = お返事は社内メモとして担当者に伝わります。お客様へは送られません。

# Under the buttons.
footer_buttons = ボタンを押すと、ひとこと書かれたメールが開きます。そのまま送信してください。
footer_write = 「返信を書く」では、開いたメールの 2 行目から本文を書いてください。
footer_edit = 直すときは、このメールに返信して 1 行目に「修正」だけ、次の行から新しい本文の全文。
footer_note = 記録だけ残すときは、このメールに返信して「メモ」に続けて書いてください。
footer_staff = 回答やご質問は、このメールにそのまま返信してください。コールセンターに伝わります。お客様には送られません。
footer_check = 同僚に聞くときは、このメールに返信して「確認 @名前 質問」。お客様には見えません。
footer_own_words = このメールに、ご自分の言葉で返信してください。
