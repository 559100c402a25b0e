//! The messages of `queues.ftl`: queues, service levels and priority callbacks. Holds no sentence itself.

messages! { QUEUES:
    // Mails that tell of deadlines.
    alerts_subject(breached: usize, near: usize);
    alerts_headline;
    alerts_breached;
    alerts_near;
    alerts_more(count: usize);
    alerts_how;
    alert_line(case: &str, name: &str, topic: &str, goal: &str, at: &str, owner: &str);
    goal_first_answer;
    goal_resolution;
    alert_nobody;
    alert_supervisors;
    alert_shop;
    alert_desk;
    in_queue(queue: &str);
    // Priority callbacks.
    callbacks_heading;
    callback_line(case: &str, name: &str, phone: &str, at: &str);
    callback_subject(subject: &str);
    callback_notice;
    // Where a case belongs.
    placed_queue(queue: &str);
    placed_premium;
    placed_first(at: &str);
    placed_resolution(at: &str);
    placed_paused;
    // Why there is no draft to approve.
    why_handed_over(name: &str, text: &str);
    why_call_back;
    // Short answers.
    done_move;
    done_move_more;
    done_priority;
    done_priority_more;
    done_hand_over;
    done_hand_over_more;
    entered(queue: &str);
    entered_more(owner: &str);
    unknown_queue;
    unknown_queue_more(name: &str, known: &str);
    no_queues;
    unclear_queue_missing;
    unclear_priority_missing;
    unclear_hand_over_missing;
    word_move;
    word_priority;
    word_hand_over;
}
