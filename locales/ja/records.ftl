## Where a case stands and what happened to it. Every language has the same messages.

state_drafted = 返信案を作成
state_asked = 承認待ち
state_at_desk = 担当者の対応待ち
state_sending = 送信中
state_unknown = 送信結果が不明
state_awaiting_reply = 返信待ち
state_answered = 回答済
state_at_shop = 店舗対応中
state_quarantined = 読み取れないメール
state_converted = 予約確定
state_unconverted = 予約に至らず
state_closed = 終了
state_referred = 店舗が対応
state_dismissed = 完了
state_taken_over = 手作業で対応

# What the desk itself wrote into a record.
record_customer_wrote = お客様から続きのメール
record_label_removed = ラベルが外されました
record_taken_in_hand = 「確認中」が外されました(どなたかが対応中)
record_handled = 「対応済」が付けられました
record_answered_elsewhere = 「返信待ち」が付けられました(別の方法で回答済み)
record_shop_by_hand = 「店舗依頼」が付けられました
record_archived = 手でアーカイブされました
record_moved = 手で別のフォルダーへ移されました
record_deleted = 手で削除されました
record_put_back = 手で受信トレイへ戻されました
record_draft_edited = 下書きが手で直されました
record_draft_deleted = 下書きが手で削除されました
record_answered_by_hand = お客様への返信が手で送られました
record_wrote_by_hand = お客様へのメールが手で送られました
record_sent_besides = 手での返信と前後して、承認済みの返信も送られました
record_booking_notice = 予約システムの通知で予約を確認
record_booking_like = 似た予約の通知が届きました(同じ方か確認してください)
record_booking_changed = 予約変更の通知が届きました
record_booking_cancelled = 予約取消の通知が届きました
record_request_undeliverable = 依頼メールを届けられません
record_send_refused = 送信を断られました
record_send_unknown = 送信結果が分かりません
record_bounced = メールが戻ってきました
record_shop_deadline = 店舗の期限が過ぎました
record_first_approval = 一人目の承認
record_readdressed = お客様が別のメールアドレスを書きました(新しい方へ返信します)
record_away = 不在の自動返信がありました

desk = 窓口
status_state = 状態: { $state }
status_due = 次の期限: { $at }
history_line = { $day } { $class }・{ $topic } → { $state }
history_line_at_shop = { $day } { $class }・{ $topic } { $shop } → { $state }
