## Short answers to people: what was understood, what was not, who was first. Every language has the same messages.

# A command was done: what, and what follows.
done_any = 「{ $command }」を記録しました
done_note = メモを残しました
done_note_more = お客様には見えません。
done_no_answer = つながらなかったと記録しました
done_no_answer_more = 返信案があるときは、そのまま承認できます。
done_shop = 店舗へ確認を依頼しました
done_shop_more = 回答があるまで受信トレイに残します。1 週間で自動的にアーカイブします。
done_hold = 保留にしました
done_hold_more = 時間になったらもう一度お知らせします。
done_hold_until = { $at } にもう一度お知らせします。
done_assign = 担当を替えました
done_class = 分類を直しました
done_done = 完了にしました
done_archived = アーカイブしました。
done_accept = 店舗の対応として記録しました
done_accept_more = ありがとうございます。お客様へのご連絡をよろしくお願いいたします。
done_booked = 予約確定として記録しました
done_lost = 予約に至らなかったと記録しました
done_check = 質問を送りました
done_check_more = 回答が届いたらお知らせします。返信案はそのまま承認もできます。
done_reply = 回答を伝えました
done_reply_more = 社内メモに残しました。お客様には見えません。
done_cancel = 承認を取り消しました
done_cancel_more = お客様へは送っていません。返信案は承認待ちに戻りました。

# True in every state, also after our answer is out.
nothing_done = 今回の返事では何もしていません。

decided = すでに決まっています
decided_more = { $at } に { $name } さんが「{ $what }」と返事しています。
settled_by_hand = メールボックスですでに対応されています
settled_by_hand_more = { $at } に確認: { $what }。
answered_by_hand = 手で返信済みです
answered_by_hand_more =
    { $at } に、お客様への返信が手で送られました。お願いしていた確認は取り下げます。お返事は要りません。
    この件への返信ではなかったときは、元のメールから対応をお願いします。
retired = 新しい案があります
retired_more = 返事をいただいた案は、その前に新しい案に替わりました。
retired_way_out = 新しい依頼のメールに返信してください。
not_now = いまはできません
not_now_more = この件はいま「{ $state }」のため、「{ $command }」はできません。
expired = 依頼の期限が切れています
expired_way_out = 新しい依頼をお送りするので、そちらに返信してください。
unknown_colleague = 担当者が分かりません
unknown_colleague_more = 「{ $who }」という担当者が見つからないか、2 人以上います。設定の名前かアドレスで書いてください。
no_address = 宛先がありません
no_address_more = お客様のメールアドレスが見つからないため、メールは作れません。お電話での対応をお願いします。
overdue = 止まっている件があります
overdue_more =
    { $since } に始まった件が「{ $state }」のまま進んでいません。
    窓口は続けて試みますが、確認をお願いします。
second_needed = 二人目の承認を待っています
second_needed_more = { $name } さんが承認しました。この件は、もう一人の承認のあとに送信します。
recalled = 送信を取りやめました
recalled_more = { $name } さんが送信の前に取り消しました。お客様へは送っていません。
recalled_by_event = 送信の前に新しいメールまたは手での対応があったため、送っていません。
remark = 回答がありました
remark_more =
    { $name } さん:
    { $text }
status = いまの状況
help = 使える言葉
unclear = もう一度お願いします
answer_words = 返信できる言葉（本文は下の言葉だけ）

# Why an answer was not understood, and what to write instead.
unclear_no_token = どの件への返事か分かりませんでした。依頼のメールに返信してください。
unclear_empty = 本文が空でした。
unclear_not_a_command = 本文の言葉を読み取れませんでした。
unclear_question = 質問のように読めました。
unclear_says_more = 返信の言葉の後に、別の文が続いています。
unclear_between_quotes = 引用の間に書かれた返事は読み取れません。いちばん上に書いてください。
unclear_encrypted = 署名または暗号化された本文は読み取れません。普通のメールで返信してください。
unclear_edit_empty = 「修正」の次の行から、新しい本文を書いてください。
unclear_edit_same_line = 「修正」は 1 行目に単独で書き、次の行から新しい本文の全文を書いてください。
unclear_edit_holds_token = 新しい本文に承認用の記号（token）が入っています。取り除いてください。
unclear_edit_holds_quote = 新しい本文に引用（> の行）が入っています。取り除いてください。
unclear_hold_time = 保留の時間を「保留 2h」「保留 明日10時」「保留 8/28 10:00」「保留 2営業日」のように、これからの日時で書いてください。
unclear_delegate_time = 依頼の期限を「30m」「4h」「2日」のように書いてください（二週間まで。営業日では書けません）。
unclear_away_days = 不在の日を「店舗 不在 8/28~8/30 8/31」のように書いてください（不在の最初の日~最後の日、戻る日）。
unclear_who_missing = 誰のことかを「担当 名前」「確認 @名前 質問」「依頼 @名前 質問」のように書いてください。@ の後の名前に空白があるときは、@"名前" のように囲みます。
unclear_text_missing = 言葉の後に内容を書いてください（例:「メモ 内容」）。
unclear_class_missing = 「分類 a」か「分類 b」と書いてください。
unclear_too_long = メールが長すぎて読み取れません。引用を消して、もう一度返信してください。
unclear_parts_differ = メールの表示が 2 通りに読めました。もう一度返信してください。
