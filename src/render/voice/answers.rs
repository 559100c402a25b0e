//! The messages of `answers.ftl`: short answers to people. Holds no sentence itself.

messages! { ANSWERS:
    // A command was done: what, and what follows.
    done_any(command: &str);
    done_note;
    done_note_more;
    done_no_answer;
    done_no_answer_more;
    done_shop;
    done_shop_more;
    done_hold;
    done_hold_more;
    done_hold_until(at: &str);
    done_assign;
    done_class;
    done_done;
    done_archived;
    done_accept;
    done_accept_more;
    done_booked;
    done_lost;
    // True in every state, also after our answer is out.
    nothing_done;
    decided;
    decided_more(at: &str, name: &str, what: &str);
    settled_by_hand;
    settled_by_hand_more(at: &str, what: &str);
    answered_by_hand;
    answered_by_hand_more(at: &str);
    retired;
    retired_more;
    retired_way_out;
    not_now;
    not_now_more(state: &str, command: &str);
    expired;
    expired_way_out;
    unknown_colleague;
    unknown_colleague_more(who: &str);
    no_address;
    no_address_more;
    overdue;
    overdue_more(since: &str, state: &str);
    status;
    help;
    unclear;
    answer_words;
    // Why an answer was not understood, and what to write instead.
    unclear_no_token;
    unclear_empty;
    unclear_not_a_command;
    unclear_question;
    unclear_says_more;
    unclear_between_quotes;
    unclear_encrypted;
    unclear_edit_empty;
    unclear_edit_same_line;
    unclear_edit_holds_token;
    unclear_edit_holds_quote;
    unclear_hold_time;
    unclear_away_days;
    unclear_who_missing;
    unclear_text_missing;
    unclear_class_missing;
    unclear_too_long;
    unclear_parts_differ;
}
