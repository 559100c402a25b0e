## Queues, service levels and priority callbacks. Every language has the same messages.

# Mails that tell of deadlines.
alerts_subject =
    Deadlines: { $near ->
        [0] { $breached } missed
       *[other] { $breached ->
            [0] { $near } near
           *[other] { $breached } missed, { $near } near
        }
    }
alerts_headline = Some cases are near their deadline or past it
alerts_breached = Past the deadline
alerts_near = Near the deadline
alerts_more = and { $count } more (see madoguchi queues)
alerts_how = Answer the request mail of each case. An answer to this mail does nothing.
alert_line = { $case } { $name } · { $topic } · { $goal } by { $at } · { $owner }
goal_first_answer = first answer
goal_resolution = resolution
alert_nobody = unassigned
alert_supervisors = supervisors
alert_shop = shop
alert_desk = desk
in_queue = queue { $queue }

# Priority callbacks.
callbacks_heading = Priority callbacks (before all others, in this order)
callback_line = { $case } { $name } { $phone } · handed over { $at }
callback_subject = [Priority callback] { $subject }
callback_notice = [Priority callback] This case was handed over. Please call back before any other case.

# Where a case belongs, in a request.
placed_queue = Queue: { $queue }
placed_premium = Premium customer
placed_first = First answer by { $at }
placed_resolution = Resolution by { $at }
placed_paused = Resolution: the clock is stopped (waiting for the customer)

# Why there is no draft to approve.
why_handed_over =
    Handed over by { $name }: { $text }
    Leave instructions with NOTE, and answer CALLED when you have called back.
why_call_back = This case was handed over, and the customer has had a first answer. Call back and answer CALLED.

# Short answers.
done_move = Moved to another queue
done_move_more = The people of that queue have been asked, and the deadlines recalculated.
done_priority = Priority changed
done_priority_more = The deadlines have been recalculated.
done_hand_over = Handed over to the supervisors
done_hand_over_more = After a first answer to the customer it goes on the list of priority callbacks.
entered = A case has entered "{ $queue }"
entered_more = Now with: { $owner }. The request has been mailed there.
unknown_queue = Which queue?
unknown_queue_more = There is no queue "{ $name }". There are: { $known }
no_queues = no queues are configured
unclear_queue_missing = Say where to: MOVE queue.
unclear_priority_missing = Write PRIORITY critical, PRIORITY high, PRIORITY medium or PRIORITY low.
unclear_hand_over_missing = Write what the customer asked after ESCALATE.
word_move = MOVE
word_priority = PRIORITY
word_hand_over = ESCALATE
