## What can be said: on buttons, in lists, and the name of each command. Every language has the same messages.

# On a button.
button_approve = 承認して送る（OK）
button_reject = 送らない（NG）
button_edit = 返信を書く（修正）
button_called = 電話した（電話済）
button_no_answer = つながらない（電話×）
button_shop = 店舗
button_hold = 保留 2h
button_resend = もう一度送る（再送）
button_skip = もう送らない（SKIP）
button_booked = 予約確定
button_lost = 不成立
button_done = 完了
button_accept = 対応します
button_note = メモ
button_cancel = 送信を取り消す（取消）

# How a word is typed … what it does.
line_approve = OK … 承認して送る
line_reject = NG 理由 … 送らない
line_edit = 修正 … 1 行目は「修正」だけ、次の行から新しい本文の全文
line_called = 電話済 25m メモ … 電話で対応した（25 分。時間は省けます）
line_no_answer = 電話× … 電話がつながらなかった
line_shop = 店舗 … 店舗へ確認を依頼する
line_hold = 保留 2h … 2 時間後にもう一度知らせる
line_resend = 再送 … 同じメールをもう一度送る
line_skip = 送らない … 届いたものとして扱う
line_booked = 予約確定 日時 … 予約になった
line_lost = 不成立 … 予約にならなかった
line_done = 完了 … 返信せずに終わりにする
line_accept = 対応します … 店舗からお客様へ連絡する
line_note = メモ 内容 … 記録だけ残す（お客様には見えません）
line_cancel = 取消 … 承認を取り消す
line_help = HELP … 使える言葉の一覧

# Everything that can be said.
all_words =
    OK（承認） … 返信案を送る
    NG 理由（却下） … 送らない
    修正 … 次の行から新しい本文
    電話済 25m メモ / 電話× / 通話中 / 済
    遠隔 … 遠隔案内の案を作る
    店舗 / 店舗 不在 8/28~8/30 8/31
    保留 2h / 明日10時 / 8/28 10:00 / 2営業日
    移動 キュー名 / 優先 至急・高・中・低
    引継 内容 … 管理者へ引き継ぐ
    苦情 種類 … 苦情にする
    予約確定 日時 / 不成立
    再送 / 送らない … 届いたか分からないとき
    担当 名前 / メモ 内容 / 分類 a か b
    時間 15m … この件にかかった時間を直す
    確認 @名前 質問 … 同僚に聞く
    依頼 @名前 2日 質問 … 他部署や外部の人・グループに聞く
    取消 … 送信の前に承認を取り消す
    完了 / STATUS / HELP
    新規 電話 … 受けた電話を新しいメールで登録する（件名か 1 行目）
all_words_staff =
    対応します … 店舗からお客様へ連絡する
    メモ 内容 … 記録だけ残す
    STATUS … いまの状況

# The name of a command, as this reader would type it.
word_approve = 承認
word_reject = 却下
word_edit = 修正
word_called = 電話済
word_no_answer = 電話×
word_shop = 店舗
word_accept = 対応します
word_hold = 保留
word_booked = 予約確定
word_lost = 不成立
word_assign = 担当
word_note = メモ
word_check = 確認
word_reply = 回答
word_class = 分類
word_cancel = 取消
word_resend = 再送
word_skip = 送らない
word_done = 完了
word_status = STATUS
word_help = HELP

class_inquiry = A お問い合わせ
class_reservation = B 予約希望
