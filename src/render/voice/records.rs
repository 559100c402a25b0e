//! The messages of `records.ftl`: where a case stands, what happened to it. Holds no sentence itself.

messages! { RECORDS:
    state_drafted;
    state_asked;
    state_at_desk;
    state_sending;
    state_unknown;
    state_awaiting_reply;
    state_answered;
    state_at_shop;
    state_quarantined;
    state_converted;
    state_unconverted;
    state_closed;
    state_referred;
    state_dismissed;
    state_taken_over;
    // What the desk itself wrote into a record.
    record_customer_wrote;
    record_label_removed;
    record_taken_in_hand;
    record_handled;
    record_answered_elsewhere;
    record_shop_by_hand;
    record_archived;
    record_moved;
    record_deleted;
    record_put_back;
    record_draft_edited;
    record_draft_deleted;
    record_answered_by_hand;
    record_wrote_by_hand;
    record_sent_besides;
    record_booking_notice;
    record_booking_like;
    record_booking_changed;
    record_booking_cancelled;
    record_request_undeliverable;
    record_send_refused;
    record_send_unknown;
    record_bounced;
    record_shop_deadline;
    record_first_approval;
    record_away;
    record_readdressed;
    desk;
    status_state(state: &str);
    status_due(at: &str);
    history_line(day: &str, class: &str, topic: &str, state: &str);
    history_line_at_shop(day: &str, class: &str, topic: &str, shop: &str, state: &str);
}
