## Requests: what is asked, what is known, what happens without an answer. Every language has the same messages.

# The first line, also in the list of mails.
headline_approve = Please check this reply
headline_write = Please take care of this
headline_shop = Please answer this customer at the shop
headline_unknown = We do not know whether the customer got this
headline_quarantine = A mail could not be read
headline_sent = Sent to the customer
headline_called = Recorded as settled by phone
headline_undo = Approved. It leaves in a moment
headline_check = A question for you

urgent = Today
urgent_line = [Today]

# What to say before everything else.
to_staff = We have an inquiry here that the call centre cannot answer. If you will contact the customer yourselves, please reply with just the word ACCEPT. Thank you very much.
to_agent_for_shop = No mail address is set up for the shop. Please call the shop, and reply ACCEPT if it takes over.
to_agent_for_absent_shop = The shop answers automatically that it is away. Please call the shop, and reply ACCEPT if it takes over.
first_answer = A first answer went to the customer on { $at }.
unknown_ending =
    The connection broke while the mail was being sent. It was not found among the sent mails. It is never sent again by itself.
    With RESEND the customer may get the same mail twice. With SKIP it counts as delivered.
quarantine = Its content could not be read, so it was marked and left where it is. Please open the original mail and take care of it.
ambiguous = This could be A (inquiry) or B (booking request). If we read it wrong, reply CLASS a or CLASS b.
either =
    This can be read in two ways: (1) { $first } (2) { $second }. The reply follows (1).
    If that is wrong, reply CLASS a or CLASS b, or reply with EDIT and your own text.
reading = { $class } ({ $topic })
linked_from = Related case: C-{ $case } ({ $state }). Another subject or sender, so this is a case of its own.
revision = This is revision { $number }. The earlier reply was withdrawn.
at_shop = Waiting for the shop to answer.
reminder = [Reminder { $count }] Waiting for an answer since { $since }.
reminder_owner = You get this because { $name } has not answered.
reminder_desk = The supervisors get this too because no agent has answered.
undo_leaves = It leaves at { $clock }.
check_asked = { $name } asks: { $question }
check_asked_silently = { $name } would like your view of this reply.
second_asked = { $name } has approved. It is sent when one more person approves.

# Why there is no draft to approve.
why_fault = No reply could be prepared. { $sentence }
why_no_address = There is no reply because the customer's mail address was not found. Please call.
why_rejected = { $name } answered NG.
why_rejected_because = { $name } answered NG: { $reason }
why_customer_answered = The customer has written again. The reply that had not been sent was withdrawn.
why_bounced = Our mail to the customer came back. Please check the address.
why_refused = The mail server refused our mail and the customer has not got it ({ $what }). Please check the address, or call.
why_draft_edited =
    The draft was edited by hand and has not been sent. Send it from the drafts of your mail program,
    or answer with one of the words below. The desk does not touch that draft.

# Headings.
heading_customer = Customer
heading_original = Original mail
heading_wishes = Requested times
heading_confirm = To confirm first
heading_words = What the customer wrote
heading_draft = Reply (sent exactly like this)
heading_attempted = The mail we tried to send
heading_leaving = The mail that leaves
heading_checked = Reply (not sent yet)
heading_own_words = How to answer
heading_answer = How to answer (reply to this mail with the words below and nothing else)
heading_sent = Sent mail
heading_notes = Internal notes (the customer never sees them)
heading_concerns = Check before sending
heading_history =
    { $count ->
        [one] 1 earlier contact, on { $last }
       *[other] { $count } earlier contacts, the last on { $last }
    }

# Facts and their labels.
label_name = Name
label_candidates = Possible names (please confirm)
label_registered = Customer directory
label_phone = Phone
label_email = Mail
label_shop = Shop
label_class = Class
label_topic = Topic
label_received = Received
label_to = To
label_subject = Subject
label_mailbox = Mailbox
label_address = Address
label_folder = Folder
label_mark = Mark
missing = (not given)
customer_name = { $name }
name_missing = No name given
phone_missing = No phone number given
call = Call { $phone }
words_cut = (Cut here because it is long. The rest is in the original mail.)
sent_mail = { $at } “{ $subject }”
same_address = { $name } (wrote from this address on { $day })
same_address_and_phone = { $name } (wrote from this address, with this phone number, on { $day })
other_phone = { $name } (wrote from this address on { $day }, but with another phone number)
registered_as = Registered: { $name }, customer number { $number }, { $tier }, { $linked } ({ $why })
not_registered = Not registered
tier_standard = standard
tier_premium = premium
linked = linked
not_linked = not linked
known_by_phone = same phone
known_by_mail = same mail
known_by_name = same name

# What an agent should find out first.
confirm_staff = Symptoms or an illness are mentioned. Ask the shop's staff whether this answer is right
confirm_name = The name is not known (look at earlier mails and booking notices)
confirm_phone = No phone number is given
confirm_email = No mail address is given
confirm_version = Product and version are not known (ask first)
confirm_order_no = No order number is given
confirm_content = No content is given
confirm_weekday = Date and weekday of the requested day do not match (ask which is right)

# What to look at in a draft before it goes out.
concern_address = { $found } is neither the customer's address nor ours
concern_phone = { $found } is neither the customer's phone number nor ours
concern_note = It holds words of an internal note: { $found }
concern_case_number = It holds our own case number { $found }

# What happens if nobody answers.
otherwise_approve = Answer by { $until }. Without an answer nothing is sent.
otherwise_write = Answer by { $until }. Until somebody answers, nothing is sent to the customer.
otherwise_shop = We wait until { $until }. Without an answer by then we take it that the shop has dealt with it, and archive the mail.
otherwise_unknown = Answer by { $until }. Without an answer the mail is not sent again.
otherwise_quarantine = The mail stays in the inbox until somebody answers.
otherwise_waiting = Only tell us whether a booking was made or not. If the customer writes again, you will hear from us.
otherwise_sent = No answer is needed. Only tell us if you learn how the booking turned out.
otherwise_undo = To stop it, press “Take it back” or reply CANCEL before it leaves.
otherwise_check = Your answer reaches the agents as an internal note. It is never sent to the customer.

# Under the buttons.
footer_buttons = A button opens a mail with one word in it. Just send it.
footer_write = “Write a reply” opens a mail: write your text from its second line on.
footer_edit = To change the text, reply to this mail: EDIT alone on the first line, then the whole new text.
footer_note = To leave a note only, reply to this mail with NOTE and your text.
footer_staff = If you only want to answer us or ask something, just reply to this mail. It goes to the call centre, never to the customer.
footer_check = To ask a colleague, reply to this mail with CHECK @name and your question. The customer never sees it.
footer_own_words = Reply to this mail in your own words.
