//! The messages of `requests.ftl`: what is asked of a person, and what is known. Holds no sentence itself.

messages! { REQUESTS:
    // The first line, also in the list of mails.
    headline_approve;
    headline_write;
    headline_shop;
    headline_unknown;
    headline_quarantine;
    headline_sent;
    headline_called;
    headline_undo;
    headline_check;
    urgent;
    urgent_line;
    // What to say before everything else.
    to_staff;
    to_agent_for_shop;
    to_agent_for_absent_shop;
    first_answer(at: &str);
    unknown_ending;
    quarantine;
    ambiguous;
    either(first: &str, second: &str);
    reading(class: &str, topic: &str);
    revision(number: usize);
    linked_from(case: &str, state: &str);
    at_shop;
    reminder(count: usize, since: &str);
    reminder_owner(name: &str);
    reminder_desk;
    undo_leaves(clock: &str);
    check_asked(name: &str, question: &str);
    check_asked_silently(name: &str);
    second_asked(name: &str);
    // Why there is no draft to approve.
    why_fault(sentence: &str);
    why_no_address;
    why_rejected(name: &str);
    why_rejected_because(name: &str, reason: &str);
    why_customer_answered;
    why_bounced;
    why_refused(what: &str);
    why_draft_edited;
    // Headings.
    heading_customer;
    heading_original;
    heading_wishes;
    heading_confirm;
    heading_words;
    heading_draft;
    heading_attempted;
    heading_leaving;
    heading_checked;
    heading_own_words;
    heading_answer;
    heading_sent;
    heading_notes;
    heading_concerns;
    heading_history(count: usize, last: &str);
    // Facts and their labels.
    label_name;
    label_candidates;
    label_registered;
    label_phone;
    label_email;
    label_shop;
    label_class;
    label_topic;
    label_received;
    label_to;
    label_subject;
    label_mailbox;
    label_address;
    label_folder;
    label_mark;
    missing;
    customer_name(name: &str);
    name_missing;
    phone_missing;
    call(phone: &str);
    words_cut;
    sent_mail(at: &str, subject: &str);
    same_address(name: &str, day: &str);
    same_address_and_phone(name: &str, day: &str);
    other_phone(name: &str, day: &str);
    registered_as(name: &str, number: &str, tier: &str, linked: &str, why: &str);
    not_registered;
    tier_standard;
    tier_premium;
    linked;
    not_linked;
    known_by_phone;
    known_by_mail;
    known_by_name;
    // What an agent should find out first.
    confirm_staff;
    confirm_name;
    confirm_phone;
    confirm_email;
    confirm_version;
    confirm_order_no;
    confirm_content;
    confirm_weekday;
    // What to look at in a draft before it goes out.
    concern_address(found: &str);
    concern_phone(found: &str);
    concern_note(found: &str);
    concern_case_number(found: &str);
    // What happens if nobody answers.
    otherwise_approve(until: &str);
    otherwise_write(until: &str);
    otherwise_shop(until: &str);
    otherwise_unknown(until: &str);
    otherwise_quarantine;
    otherwise_waiting;
    otherwise_sent;
    otherwise_undo;
    otherwise_check;
    // Under the buttons.
    footer_buttons;
    footer_write;
    footer_edit;
    footer_note;
    footer_staff;
    footer_check;
    footer_own_words;
}
