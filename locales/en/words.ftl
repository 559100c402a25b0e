## What can be said: on buttons, in lists, and the name of each command. Every language has the same messages.

# On a button.
button_approve = Approve and send (OK)
button_reject = Do not send (NG)
button_edit = Write a reply (EDIT)
button_called = Called
button_no_answer = No answer
button_shop = Shop
button_hold = Hold 2h
button_resend = Send once more (RESEND)
button_skip = Do not send again (SKIP)
button_booked = Booked
button_lost = Not booked
button_done = Done
button_accept = We take it (ACCEPT)
button_note = Note
button_cancel = Take it back (CANCEL)

# How a word is typed … what it does.
line_approve = OK … approve and send
line_reject = NG reason … do not send
line_edit = EDIT … alone on the first line, then the whole new text
line_called = CALLED 25m note … settled by phone (25 minutes; the time may be left out)
line_no_answer = NOANSWER … nobody picked up
line_shop = SHOP … ask the shop
line_hold = HOLD 2h … remind me in 2 hours
line_resend = RESEND … send the same mail once more
line_skip = SKIP … count it as delivered
line_booked = BOOKED when … a booking was made
line_lost = LOST … no booking came of it
line_done = DONE … close it without a reply
line_accept = ACCEPT … the shop contacts the customer
line_note = NOTE text … only leave a note (the customer never sees it)
line_cancel = CANCEL … take the approval back
line_help = HELP … all words

# Everything that can be said.
all_words =
    OK … send the reply
    NG reason … do not send
    EDIT … the whole new text from the next line on
    CALLED 25m note / NOANSWER / ON CALL / OVER
    REMOTE … draft the remote help mail
    SHOP / SHOP away 8/28~8/30 8/31 … away from, until, back
    HOLD 2h / tomorrow 10:00 / 8/28 10:00 (month/day) / 2 business days
    MOVE queue / PRIORITY critical, high, medium or low
    ESCALATE text … hand over to the supervisors
    COMPLAINT type … record a complaint (its fields from the next line on)
    BOOKED when / LOST
    RESEND / SKIP … when we do not know whether it arrived
    ASSIGN name / NOTE text / CLASS a or b
    TIME 15m … correct your time on this case
    CHECK @name question … ask a colleague
    DELEGATE @name 2d question … ask another department, an outside contact or a group; answer due in two days
    CANCEL … take an approval back before the mail leaves
    DONE / STATUS / HELP
    NEW CALL … write down a call in a new mail (subject or first line)
all_words_staff =
    ACCEPT … the shop contacts the customer
    NOTE text … only leave a note
    STATUS … where things stand

# The name of a command, as this reader would type it.
word_approve = OK
word_reject = NG
word_edit = EDIT
word_called = CALLED
word_no_answer = NOANSWER
word_shop = SHOP
word_accept = ACCEPT
word_hold = HOLD
word_booked = BOOKED
word_lost = LOST
word_assign = ASSIGN
word_note = NOTE
word_check = CHECK
word_reply = REPLY
word_class = CLASS
word_cancel = CANCEL
word_resend = RESEND
word_skip = SKIP
word_done = DONE
word_status = STATUS
word_help = HELP

class_inquiry = A inquiry
class_reservation = B booking request
