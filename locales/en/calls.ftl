## Telephone calls, what is needed and why people write. Every language has the same messages.

# Requests: a long call, and a call that one of us took.
headline_long_call = Please look after a long call
otherwise_long_call = When the call is over, answer with OVER alone (until { $until }). STATUS tells where it stands. Nothing is sent to the customer.
long_call_running =
    { $count ->
        [one] { $name } has been on the telephone with the customer since { $since } (more than { $count } minute).
       *[other] { $name } has been on the telephone with the customer since { $since } (more than { $count } minutes).
    }
long_call_ended =
    { $count ->
        [one] { $name } was on the telephone for { $count } minute.
       *[other] { $name } was on the telephone for { $count } minutes.
    }
why_phoned_in = { $name } took this call. Write a reply (EDIT), or answer with CALLED, DONE and the like.

# What the desk wrote into a record.
record_phoned_in = taken by telephone
record_long_call = support group told of a long call

# On a button; how a word is typed and what it does; its name.
button_remote = Draft the remote help mail (REMOTE)
button_on_call = On the phone
button_call_over = The call is over (OVER)
line_remote = REMOTE … note remote guidance and draft the mail with the tool (sent once approved)
line_on_call = ON CALL … you are on the telephone; the support group hears when it takes long
line_call_over = OVER … a long call is over
word_on_call = ONCALL
word_remote = REMOTE

# Short answers.
done_on_call = Recorded: on the telephone
done_on_call_more = If it takes long, the support group is told. When it is over, reply with CALLED and a note.
done_call_over = Recorded: the call is over
call_over = The long call is over
call_over_more = { $name } recorded the end of the call. Nobody has to look after it any more.
call_over_after =
    { $count ->
        [one] { $name } was on the telephone for { $count } minute. Nobody has to look after it any more.
       *[other] { $name } was on the telephone for { $count } minutes. Nobody has to look after it any more.
    }
cannot_draft = No draft could be made
unclear_not_for_call = This mail can only be answered with OVER, NOTE text or STATUS.

# The call sheet in a request.
sheet_first = Ask first: { $fields }
sheet_missing = Not known yet: { $fields }
sheet_ask_mail = Not registered: ask for the mail address during the call
sheet_link = Registered, but not linked: link the record, then call
label_given = What was given
label_products = Products
label_open_cases = Open cases
label_calls = Calls
label_tags = Source
tag_shown = [{ $tag }]
open_case = C-{ $case } ({ $day }) { $topic } · { $state }
call_talked = { $at } { $name }: talked
call_talked_for = { $at } { $name }: talked, { $count } min
call_unanswered = { $at } { $name }: no answer
calls_unanswered = No answer { $count } times (last on { $at })
call_running = { $name } has been on the telephone since { $at }
remote_offered = { $at } { $name }: remote guidance
remote_helps = Remote guidance helps here (reply REMOTE to draft the mail)
product_named = “{ $given }” was chosen, but the text says “{ $named }”. Please check which one is right
product_owned = “{ $given }” was named, but “{ $owned }” is registered. Please check which one is right
same_phone_only = { $name } (same telephone number on { $day }, another address)
noticed_name = { $name } (same contact in a booking notice of { $day })

registered_more =
    { $count ->
        [one] { $count } more record has the same contact
       *[other] { $count } more records have the same contact
    }

# A telephone call that one of us writes down by mail.
new_call_subject = A telephone call could not be taken in
new_call_no_contact = Your NEW CALL mail arrived, but neither a telephone number nor a mail address could be read in it.
new_call_unreadable = Your NEW CALL mail arrived, but its fields could not be read.
new_call_how =
    Write NEW CALL as the subject or the first line, then one field a line, and send it as a new mail:

    Name: Hanako Yamada
    Phone: 090-1234-5678
    Email: (if known)
    Product: (if known)
    Message: what it is about

    No case was opened. Nothing is sent to the customer.

# Possible duplicates after an import.
duplicates_subject =
    { $count ->
        [one] { $count } possible duplicate among customers
       *[other] { $count } possible duplicates among customers
    }
duplicates_told =
    An import found records with the same number or address. The desk removes nothing and merges nothing.
    Please see whether they are one person, and decide in the customer system. Do not delete a record: its orders would be lost.
duplicates_pair = { $one } and { $other } ({ $reason })
duplicates_more = { $count } more. The list: madoguchi customers duplicates
