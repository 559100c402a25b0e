//! The messages of `calls.ftl`: telephone calls, what is needed, why people write. Holds no sentence itself.

messages! { CALLS:
    // Requests: a long call, and a call that one of us took.
    headline_long_call;
    otherwise_long_call(until: &str);
    long_call_running(name: &str, since: &str, count: usize);
    long_call_ended(name: &str, count: usize);
    why_phoned_in(name: &str);
    // What the desk wrote into a record.
    record_phoned_in;
    record_long_call;
    // On a button; how a word is typed and what it does; its name.
    button_remote;
    button_on_call;
    button_call_over;
    line_remote;
    line_on_call;
    line_call_over;
    word_on_call;
    word_remote;
    // Short answers.
    done_on_call;
    done_on_call_more;
    done_call_over;
    call_over;
    call_over_more(name: &str);
    call_over_after(name: &str, count: usize);
    cannot_draft;
    unclear_not_for_call;
    // The call sheet in a request.
    sheet_first(fields: &str);
    sheet_missing(fields: &str);
    sheet_ask_mail;
    sheet_link;
    label_given;
    label_products;
    label_open_cases;
    label_calls;
    label_tags;
    tag_shown(tag: &str);
    open_case(case: &str, day: &str, topic: &str, state: &str);
    call_talked(at: &str, name: &str);
    call_talked_for(at: &str, name: &str, count: usize);
    call_unanswered(at: &str, name: &str);
    calls_unanswered(count: usize, at: &str);
    call_running(name: &str, at: &str);
    remote_offered(at: &str, name: &str);
    remote_helps;
    product_named(given: &str, named: &str);
    product_owned(given: &str, owned: &str);
    same_phone_only(name: &str, day: &str);
    noticed_name(name: &str, day: &str);
    registered_more(count: usize);
    // A telephone call that one of us writes down by mail.
    new_call_subject;
    new_call_no_contact;
    new_call_unreadable;
    new_call_how;
    // Possible duplicates after an import.
    duplicates_subject(count: usize);
    duplicates_told;
    duplicates_pair(one: &str, other: &str, reason: &str);
    duplicates_more(count: usize);
}
