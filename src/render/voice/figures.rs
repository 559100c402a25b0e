//! The messages of `figures.ftl`: time and counts of people, the report of their day. Holds no sentence itself.

messages! { FIGURES:
    // `時間`.
    done_time(day: &str);
    done_time_more;
    unclear_spent_time;
    word_time;
    // Columns.
    col_number;
    col_day;
    col_person;
    col_mailbox;
    col_queue;
    col_case;
    col_customer;
    col_topic;
    col_class;
    col_tags;
    col_tag;
    col_handled;
    col_time;
    col_median;
    col_calls;
    col_unanswered;
    col_first;
    col_first_level;
    col_resolved_level;
    col_arrived;
    col_open;
    col_corrected;
    col_last;
    col_confirmed;
    // Tables.
    table_people;
    table_days;
    table_mailboxes;
    table_queues;
    table_topics;
    table_classes;
    table_tags;
    table_cases;
    total;
    nobody;
    no_queue;
    hours_minutes(hours: &str, minutes: &str);
    only_minutes(minutes: &str);
    kept(met: &str, all: &str);
    nothing_handled;
    // The picture.
    legend_cases;
    legend_time;
    picture_alt(rows: &str);
    picture_alt_row(number: &str, name: &str, cases: &str, time: &str);
    // A person's report of the day.
    day_subject(day: &str);
    day_title(day: &str);
    day_lead(cases: &str, time: &str);
    day_how_ok;
    day_how_correct;
    day_how_lines;
    day_until(at: &str);
    day_rounded;
    button_confirm;
    // What an answer came to.
    day_thanks;
    day_thanks_more;
    day_corrected(count: &str);
    day_too_late;
    day_closed;
    day_closed_more(day: &str, short: &str);
    day_not_understood;
    day_line_unclear(line: &str);
    day_line_unknown(line: &str);
    // The summary.
    summary_subject(day: &str);
    summary_title(day: &str);
    summary_late(at: &str);
    summary_lead(cases: &str, time: &str, people: &str);
    summary_unconfirmed(names: &str);
    summary_unasked(names: &str);
    summary_confirmed;
    confirmed_at(at: &str);
    confirmed_corrected(at: &str);
    confirmed_not;
    confirmed_unasked;
    since_summary;
    since_line(day: &str, name: &str, before: &str, now: &str);
    since_confirmed(day: &str, name: &str);
    report_lost(day: &str, who: &str);
    report_lost_more(day: &str);
}
