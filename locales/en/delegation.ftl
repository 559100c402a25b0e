## Questions that were handed over, and where a case is stuck. Every language has the same messages.

owner_desk = all agents
owner_supervisors = the supervisors
owner_customer = the customer
owner_machine = the desk itself
owner_shop = the shop
person = { $name }
span_minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
span_hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
span_days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
status_with = Now with: { $who } (since { $since }, { $span })
status_delegated = Waiting for an answer from { $name } (asked { $since }, { $span } ago, due { $until })

delegated_asked = { $name } asks: { $question }
delegated_until = Please answer by { $until }.
delegated_again = Reminder { $count }: there is no answer yet.
done_delegate = The question was sent
done_delegate_more = You will be told when the answer comes. If none comes in time, they are asked again and you are told.
too_many_questions = Too many people to ask at once
too_many_questions_more = About one case { $most } people can have questions at the same time. Not answered yet: { $waiting }. Asked now: { $more }. Please wait for an answer, or ask fewer people.
no_word = No answer yet
no_word_more = { $names } did not answer the question asked on { $since }. They were asked again.
word_delegate = DELEGATE
