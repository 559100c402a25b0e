//! The messages of `words.ftl`: what can be said. Holds no sentence itself.

messages! { WORDS:
    // On a button.
    button_approve;
    button_reject;
    button_edit;
    button_called;
    button_no_answer;
    button_shop;
    button_hold;
    button_resend;
    button_skip;
    button_booked;
    button_lost;
    button_done;
    button_accept;
    button_note;
    button_cancel;
    // How a word is typed … what it does.
    line_approve;
    line_reject;
    line_edit;
    line_called;
    line_no_answer;
    line_shop;
    line_hold;
    line_resend;
    line_skip;
    line_booked;
    line_lost;
    line_done;
    line_accept;
    line_note;
    line_cancel;
    line_help;
    // Everything that can be said.
    all_words;
    all_words_staff;
    // The name of a command, as this reader would type it.
    word_approve;
    word_reject;
    word_edit;
    word_called;
    word_no_answer;
    word_shop;
    word_accept;
    word_hold;
    word_booked;
    word_lost;
    word_assign;
    word_note;
    word_check;
    word_reply;
    word_class;
    word_cancel;
    word_resend;
    word_skip;
    word_done;
    word_status;
    word_help;
    class_inquiry;
    class_reservation;
}
