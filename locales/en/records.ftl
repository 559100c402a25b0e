## Where a case stands and what happened to it. Every language has the same messages.

state_drafted = reply prepared
state_asked = waiting for approval
state_at_desk = waiting for an agent
state_sending = being sent
state_unknown = not known whether sent
state_awaiting_reply = waiting for the customer
state_answered = answered
state_at_shop = with the shop
state_quarantined = unreadable mail
state_converted = booked
state_unconverted = not booked
state_closed = closed
state_referred = handled by the shop
state_dismissed = done
state_taken_over = handled by hand

# What the desk itself wrote into a record.
record_customer_wrote = the customer wrote again
record_label_removed = the label was removed
record_taken_in_hand = the label 「確認中」 (being checked) was removed (somebody is on it)
record_handled = the label 「対応済」 (handled) was set
record_answered_elsewhere = the label 「返信待ち」 (waiting for the customer) was set (answered in another way)
record_shop_by_hand = the label 「店舗依頼」 (with the shop) was set
record_archived = the mail was archived by hand
record_moved = the mail was moved to another folder by hand
record_deleted = the mail was deleted by hand
record_put_back = the mail was put back into the inbox by hand
record_draft_edited = the draft was edited by hand
record_draft_deleted = the draft was deleted by hand
record_answered_by_hand = a reply was sent to the customer by hand
record_wrote_by_hand = a mail was sent to the customer by hand
record_sent_besides = the approved reply went out beside one sent by hand
record_booking_notice = the booking system reported a booking
record_booking_like = a notice of a similar booking came in (please check whether it is the same person)
record_booking_changed = a notice of a changed booking came in
record_booking_cancelled = a notice of a cancelled booking came in
record_request_undeliverable = a request could not be delivered
record_send_refused = the mail server refused the mail
record_send_unknown = it is not known whether the mail was sent
record_bounced = the mail came back
record_shop_deadline = the shop's time is over
record_first_approval = first of two approvals
record_readdressed = the customer gave another mail address (the answer goes to the new one)
record_away = an automatic answer said they are away

desk = the desk
status_state = State: { $state }
status_due = Next deadline: { $at }
history_line = { $day }: { $class }, { $topic } → { $state }
history_line_at_shop = { $day }: { $class }, { $topic }, { $shop } → { $state }
