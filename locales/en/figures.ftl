## Time and counts of people, the report of their day. Every language has the same messages.

# TIME
done_time = { $day }: your time has been corrected
done_time_more = The figures use what you say.
unclear_spent_time = We could not read how long it took. Write TIME 15m or TIME 1h10m; of a certain day, TIME 8/27 40m (month/day).
word_time = TIME

# Columns.
col_number = No.
col_day = Day
col_person = Person
col_mailbox = Mailbox
col_queue = Queue
col_case = Case
col_customer = Customer
col_topic = Topic
col_class = Class
col_tags = Sources
col_tag = Source
col_handled = Cases
col_time = Time
col_median = Median
col_calls = Called
col_unanswered = No answer
col_first = First reply
col_first_level = Reply in time
col_resolved_level = Solved in time
col_arrived = Arrived
col_open = Open
col_corrected = Corrected
col_last = Last step
col_confirmed = Confirmed

# Tables.
table_people = People
table_days = Days
table_mailboxes = Mailboxes
table_queues = Queues
table_topics = Topics
table_classes = Classes
table_tags = Sources
table_cases = Cases
total = Total
nobody = unknown person
no_queue = no queue
hours_minutes = { $hours }h{ $minutes }m
only_minutes = { $minutes }m
kept = { $met }/{ $all }
nothing_handled = No case was handled.

# The picture.
legend_cases = Cases
legend_time = Time
picture_alt = Bars of cases and time for each person. { $rows }
picture_alt_row = { $number }. { $name }: cases: { $cases }, time: { $time }.

# A person's report of the day.
day_subject = { $day }: your cases and your time
day_title = { $day }: your cases and your time
day_lead = Cases: { $cases }. Total time: { $time }.
day_how_ok = Answer OK if this is right.
day_how_correct = Where it is not, answer with one line for each case. All other cases then count as confirmed.
day_how_lines = For example
day_until = The summary will be sent: { $at }.
day_rounded = Times are shown in whole minutes.
button_confirm = OK, this is right

# What an answer came to.
day_thanks = Confirmed
day_thanks_more = Your cases and your time have been recorded like this.
day_corrected = Times corrected: { $count }.
day_too_late = The summary has gone out already; the next one tells of this answer.
day_closed = It is too late to answer this report
day_closed_more = The report can be answered for a week. To correct your time on a case, answer any mail about the case with TIME { $short } 15m (month/day). The figures of the day: madoguchi figures --day { $day }
day_not_understood = Your answer was not understood
day_line_unclear = Not understood: { $line }
day_line_unknown = No case of this day: { $line }

# The summary.
summary_subject = { $day }: cases and time
summary_title = { $day }: cases and time
summary_late = Late: made on { $at }.
summary_lead = People: { $people }. Cases: { $cases }. Total time: { $time }.
summary_unconfirmed = Not confirmed yet by: { $names }
summary_unasked = Not asked to confirm: { $names }
summary_confirmed = Everybody has confirmed.
confirmed_at = confirmed { $at }
confirmed_corrected = corrected and confirmed { $at }
confirmed_not = not confirmed
confirmed_unasked = not asked
since_summary = Changed since the summary
since_line = { $day } { $name }: { $before } → { $now }
since_confirmed = { $day } { $name }: confirmed
report_lost = It is not known whether the report of { $day } ({ $who }) arrived
report_lost_more = It is not sent again automatically. See madoguchi figures --day { $day }.
