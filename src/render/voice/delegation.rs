//! The messages of `delegation.ftl`: questions that were handed over, and where a case is stuck. Holds no sentence itself.

messages! { DELEGATION:
    owner_desk;
    owner_supervisors;
    owner_customer;
    owner_machine;
    owner_shop;
    person(name: &str);
    span_minutes(count: usize);
    span_hours(count: usize);
    span_days(count: usize);
    status_with(who: &str, since: &str, span: &str);
    status_delegated(name: &str, since: &str, span: &str, until: &str);
    delegated_asked(name: &str, question: &str);
    delegated_until(until: &str);
    delegated_again(count: usize);
    done_delegate;
    done_delegate_more;
    too_many_questions;
    too_many_questions_more(most: usize, waiting: usize, more: usize);
    no_word;
    no_word_more(since: &str, names: &str);
    word_delegate;
}
