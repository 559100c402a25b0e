## Short answers to people: what was understood, what was not, who was first. Every language has the same messages.

# A command was done: what, and what follows.
done_any = { $command } is recorded
done_note = Your note is recorded
done_note_more = The customer never sees it.
done_no_answer = Recorded: nobody picked up
done_no_answer_more = If there is a reply to approve, you can still approve it.
done_shop = The shop was asked
done_shop_more = The mail stays in the inbox until the shop answers, and is archived by itself after a week.
done_hold = On hold
done_hold_more = You will be reminded when the time is over.
done_hold_until = You will be reminded on { $at }.
done_assign = Assigned
done_class = The class was corrected
done_done = Done
done_archived = The mail was archived.
done_accept = Recorded: the shop takes it
done_accept_more = Thank you. Please contact the customer.
done_booked = Recorded as booked
done_lost = Recorded: no booking
done_check = Your question was sent
done_check_more = You will hear the answer. The reply can still be approved meanwhile.
done_reply = Your answer was passed on
done_reply_more = It is an internal note. The customer never sees it.
done_cancel = The approval was taken back
done_cancel_more = Nothing was sent to the customer. The reply waits for approval again.

# True in every state, also after our answer is out.
nothing_done = Your reply has changed nothing.

decided = Already decided
decided_more = { $name } answered { $what } on { $at }.
settled_by_hand = Already taken care of in the mailbox
settled_by_hand_more = Seen on { $at }: { $what }.
answered_by_hand = Already answered by hand
answered_by_hand_more =
    On { $at } a reply was sent to the customer by hand. What we asked of you is withdrawn. No answer is needed.
    If that reply was about something else, please take care of this from the original mail.
retired = There is a newer reply
retired_more = The reply you answered about had already been replaced by a newer one.
retired_way_out = Please answer the newer request.
not_now = Not possible now
not_now_more = This case stands at “{ $state }”, so { $command } is not possible.
expired = The request has expired
expired_way_out = You will get a new request. Please answer that one.
unknown_colleague = Who is meant?
unknown_colleague_more = Nobody, or more than one person, is called “{ $who }”. Please use the name or the address from the settings.
no_address = There is no address to write to
no_address_more = The customer's mail address was not found, so no mail can be written. Please call.
overdue = A case has come to a stop
overdue_more =
    The case that began on { $since } has not moved on from “{ $state }”.
    The desk keeps trying, but please have a look.
second_needed = Waiting for a second approval
second_needed_more = { $name } has approved. This one is sent after one more person approves.
recalled = It was not sent
recalled_more = { $name } took the approval back before the mail left. Nothing was sent to the customer.
recalled_by_event = A new mail came in, or somebody acted by hand, before the mail left. Nothing was sent.
remark = There is an answer
remark_more =
    { $name }:
    { $text }
status = Where things stand
help = What you can say
unclear = Please say it again
answer_words = What you can reply (the words below and nothing else)

# Why an answer was not understood, and what to write instead.
unclear_no_token = We could not tell which request you answered. Please reply to the request itself.
unclear_empty = The mail was empty.
unclear_not_a_command = We could not read a command in it.
unclear_question = It looked like a question.
unclear_says_more = There is more text after the word.
unclear_between_quotes = We cannot read an answer between quoted lines. Please write at the very top.
unclear_encrypted = We cannot read signed or encrypted text. Please reply with a plain mail.
unclear_edit_empty = Please write the new text from the line after EDIT on.
unclear_edit_same_line = Please put EDIT alone on the first line and the whole new text below it.
unclear_edit_holds_token = The new text holds the approval code (token). Please take it out.
unclear_edit_holds_quote = The new text holds quoted lines (with >). Please take them out.
unclear_hold_time = Please say how long or until when, in the future: HOLD 2h, HOLD tomorrow 10:00, HOLD 8/28 10:00 (month/day) or HOLD 2 business days.
unclear_delegate_time = Please write the deadline of the question like 30m, 4h or 2d (two weeks at most, no business days).
unclear_away_days = Please write the days like this: SHOP away 8/28~8/30 8/31 (month/day: first day away, last day away, day back).
unclear_who_missing = Please say who: ASSIGN name, CHECK @name question or DELEGATE @name question. After @ put a name with blanks in quotation marks: @"name".
unclear_text_missing = Please write the text after the word, for example: NOTE text.
unclear_class_missing = Please write CLASS a or CLASS b.
unclear_too_long = The mail is too long to read. Please take out the quoted text and reply again.
unclear_parts_differ = The mail can be read in two ways. Please reply again.
