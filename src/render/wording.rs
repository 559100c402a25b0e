//! Which sentence says what: one table per kind of word, each closed over what it words.
//!
//! The sentences are in `voice`; which of them goes into a mail is decided where the mail is put together.

use super::voice::Voice;
use crate::desk::customers::Known;
use crate::desk::{Candidate, Earlier, KnownBy, SamePhone};
use crate::triage::case::{Case, Matter, Why};
use crate::triage::directory::{Reason, Tier};
use crate::triage::effect::Question;
use crate::triage::hygiene::Concern;
use crate::triage::offer::Offer;
use crate::triage::verdict::Class;

/// What a request is about, in a few words: the first thing read, also in the list of mails.
pub fn headline(voice: Voice, question: Question, sent: bool) -> String {
    match question {
        Question::Approve => voice.headline_approve(),
        Question::Write => voice.headline_write(),
        Question::Shop => voice.headline_shop(),
        Question::Unknown => voice.headline_unknown(),
        Question::Quarantine => voice.headline_quarantine(),
        Question::Outcome if sent => voice.headline_sent(),
        Question::Outcome => voice.headline_called(),
        Question::Undo => voice.headline_undo(),
        Question::Check => voice.headline_check(),
        Question::LongCall => voice.headline_long_call(),
    }
}

/// What happens if nobody answers. `until`: when; `waits`: the customer has the word (class B).
pub fn otherwise(voice: Voice, question: Question, until: &str, waits: bool) -> String {
    match question {
        Question::Approve => voice.otherwise_approve(until),
        Question::Write => voice.otherwise_write(until),
        Question::Shop => voice.otherwise_shop(until),
        Question::Unknown => voice.otherwise_unknown(until),
        Question::Quarantine => voice.otherwise_quarantine(),
        Question::Outcome if waits => voice.otherwise_waiting(),
        Question::Outcome => voice.otherwise_sent(),
        Question::LongCall => voice.otherwise_long_call(until),
        Question::Undo => voice.otherwise_undo(),
        Question::Check => voice.otherwise_check(),
    }
}

/// A button's label.
pub fn label(voice: Voice, offer: Offer) -> String {
    match offer {
        Offer::Approve => voice.button_approve(),
        Offer::Reject => voice.button_reject(),
        Offer::Edit => voice.button_edit(),
        Offer::Called => voice.button_called(),
        Offer::NoAnswer => voice.button_no_answer(),
        Offer::Shop => voice.button_shop(),
        Offer::Hold => voice.button_hold(),
        Offer::Resend => voice.button_resend(),
        Offer::Skip => voice.button_skip(),
        Offer::Booked => voice.button_booked(),
        Offer::Lost => voice.button_lost(),
        Offer::Done => voice.button_done(),
        Offer::ShopAccepts => voice.button_accept(),
        Offer::Note => voice.button_note(),
        Offer::Cancel => voice.button_cancel(),
        Offer::Remote => voice.button_remote(),
        Offer::OnCall => voice.button_on_call(),
        Offer::CallOver => voice.button_call_over(),
    }
}

/// How a word is typed and what it does, for the text part.
pub fn line(voice: Voice, offer: Offer) -> String {
    match offer {
        Offer::Approve => voice.line_approve(),
        Offer::Reject => voice.line_reject(),
        Offer::Edit => voice.line_edit(),
        Offer::Called => voice.line_called(),
        Offer::NoAnswer => voice.line_no_answer(),
        Offer::Shop => voice.line_shop(),
        Offer::Hold => voice.line_hold(),
        Offer::Resend => voice.line_resend(),
        Offer::Skip => voice.line_skip(),
        Offer::Booked => voice.line_booked(),
        Offer::Lost => voice.line_lost(),
        Offer::Done => voice.line_done(),
        Offer::ShopAccepts => voice.line_accept(),
        Offer::Note => voice.line_note(),
        Offer::Cancel => voice.line_cancel(),
        Offer::Remote => voice.line_remote(),
        Offer::OnCall => voice.line_on_call(),
        Offer::CallOver => voice.line_call_over(),
    }
}

/// Everything that can be said, one line each. `staff`: to a shop's staff, who may say little.
pub fn all_words(voice: Voice, staff: bool) -> String {
    if staff { voice.all_words_staff() } else { voice.all_words() }
}

/// A or B, in words.
pub fn class_word(voice: Voice, class: Class) -> String {
    match class {
        Class::Inquiry => voice.class_inquiry(),
        Class::Reservation => voice.class_reservation(),
    }
}

/// A command by its word in records, as this reader would type it. What is no command stays as it is.
pub fn command(voice: Voice, word: &str) -> String {
    match word {
        "承認" => voice.word_approve(),
        "却下" => voice.word_reject(),
        "修正" => voice.word_edit(),
        "電話済" => voice.word_called(),
        "電話×" => voice.word_no_answer(),
        "通話中" => voice.word_on_call(),
        "遠隔" => voice.word_remote(),
        "店舗" => voice.word_shop(),
        "対応します" => voice.word_accept(),
        "保留" => voice.word_hold(),
        "予約確定" => voice.word_booked(),
        "不成立" => voice.word_lost(),
        "担当" => voice.word_assign(),
        "メモ" => voice.word_note(),
        "確認" => voice.word_check(),
        "依頼" => voice.word_delegate(),
        "回答" => voice.word_reply(),
        "分類" => voice.word_class(),
        "移動" => voice.word_move(),
        "優先" => voice.word_priority(),
        "引継" => voice.word_hand_over(),
        "時間" => voice.word_time(),
        "取消" => voice.word_cancel(),
        "再送" => voice.word_resend(),
        "送らない" => voice.word_skip(),
        "完了" => voice.word_done(),
        "苦情" => voice.word_complaint(),
        "案" => voice.word_proposal(),
        "作業" => voice.word_task(),
        "異議" => voice.word_object(),
        "続行" => voice.word_proceed(),
        "済" => voice.word_ended(),
        "原因" => voice.word_cause(),
        "対策" => voice.word_prevention(),
        "苦情終了" => voice.word_end_complaint(),
        "STATUS" => voice.word_status(),
        "HELP" => voice.word_help(),
        other => other.to_owned(),
    }
}

/// A state by its word.
pub fn state(voice: Voice, word: &str) -> String {
    match word {
        "drafted" => voice.state_drafted(),
        "asked" => voice.state_asked(),
        "at_desk" => voice.state_at_desk(),
        "sending" => voice.state_sending(),
        "unknown" => voice.state_unknown(),
        "awaiting_reply" => voice.state_awaiting_reply(),
        "answered" => voice.state_answered(),
        "at_shop" => voice.state_at_shop(),
        "complaint" => voice.state_complaint(),
        "quarantined" => voice.state_quarantined(),
        "converted" => voice.state_converted(),
        "unconverted" => voice.state_unconverted(),
        "closed" => voice.state_closed(),
        "referred" => voice.state_referred(),
        "dismissed" => voice.state_dismissed(),
        "taken_over" => voice.state_taken_over(),
        other => other.to_owned(),
    }
}

/// What the desk itself wrote into a record; `None` for what people did by a command.
pub fn record(voice: Voice, what: &str) -> Option<String> {
    Some(match what {
        "customer_wrote" => voice.record_customer_wrote(),
        "label_removed_by_hand" => voice.record_label_removed(),
        "taken_in_hand" => voice.record_taken_in_hand(),
        "handled_by_hand" => voice.record_handled(),
        "answered_elsewhere" => voice.record_answered_elsewhere(),
        "shop_by_hand" => voice.record_shop_by_hand(),
        "archived_by_hand" => voice.record_archived(),
        "moved_by_hand" => voice.record_moved(),
        "deleted_by_hand" => voice.record_deleted(),
        "put_back_by_hand" => voice.record_put_back(),
        "draft_edited_by_hand" => voice.record_draft_edited(),
        "draft_deleted_by_hand" => voice.record_draft_deleted(),
        "answered_by_hand" => voice.record_answered_by_hand(),
        "wrote_by_hand" => voice.record_wrote_by_hand(),
        "sent_besides" => voice.record_sent_besides(),
        "booking_notice" => voice.record_booking_notice(),
        "booking_notice_like" => voice.record_booking_like(),
        "booking_notice_changed" => voice.record_booking_changed(),
        "booking_notice_cancelled" => voice.record_booking_cancelled(),
        "request_undeliverable" => voice.record_request_undeliverable(),
        "send_refused" => voice.record_send_refused(),
        "send_unknown" => voice.record_send_unknown(),
        "bounced" => voice.record_bounced(),
        "complaint_reported" => voice.record_complaint_reported(),
        "対策承認" => voice.record_complaint_approved(),
        "対策却下" => voice.record_complaint_sent_back(),
        "shop_deadline" => voice.record_shop_deadline(),
        Case::PHONED_IN => voice.record_phoned_in(),
        Case::LONG_CALL => voice.record_long_call(),
        Case::FIRST_APPROVAL => voice.record_first_approval(),
        Case::AWAY => voice.record_away(),
        Case::READDRESSED => voice.record_readdressed(),
        _ => return None,
    })
}

/// Why there is no draft to approve. `by`: the name of who rejected it, if somebody did.
pub fn why(voice: Voice, why: &Why, by: &str) -> String {
    match why {
        Why::Fault(sentence) => voice.why_fault(sentence),
        Why::NoAddress => voice.why_no_address(),
        Why::Rejected { reason, .. } if reason.is_empty() => voice.why_rejected(by),
        Why::Rejected { reason, .. } => voice.why_rejected_because(by, reason),
        Why::CustomerAnswered => voice.why_customer_answered(),
        Why::Bounced => voice.why_bounced(),
        Why::Refused { what } => voice.why_refused(what),
        Why::DraftEdited => voice.why_draft_edited(),
        Why::HandedOver { text, .. } => voice.why_handed_over(by, text),
        Why::CallBack => voice.why_call_back(),
        Why::PhonedIn { .. } => voice.why_phoned_in(by),
    }
}

/// What an agent should find out first; `missing`: the words of `matter.missing` that nothing else asks for.
pub fn confirm(voice: Voice, matter: &Matter, missing: &[&str]) -> Vec<String> {
    let mut confirm = Vec::new();
    if matter.needs_staff {
        confirm.push(voice.confirm_staff());
    }
    for field in missing {
        confirm.push(match *field {
            "name" => voice.confirm_name(),
            "phone" => voice.confirm_phone(),
            "email" => voice.confirm_email(),
            "version" => voice.confirm_version(),
            "order_no" => voice.confirm_order_no(),
            "content" => voice.confirm_content(),
            "weekday" => voice.confirm_weekday(),
            _ => continue,
        });
    }
    confirm
}

/// What to look at in a draft before it goes out.
pub fn concern(voice: Voice, concern: &Concern) -> String {
    match concern {
        Concern::Address(found) => voice.concern_address(found),
        Concern::Phone(found) => voice.concern_phone(found),
        Concern::Note(found) => voice.concern_note(found),
        Concern::CaseNumber(found) => voice.concern_case_number(found),
    }
}

/// An earlier contact in one line.
pub fn contact(voice: Voice, earlier: &Earlier) -> String {
    let (day, class) = (voice.day(earlier.day), class_word(voice, earlier.class));
    let state = state(voice, earlier.state);
    match &earlier.shop {
        Some(shop) => voice.history_line_at_shop(&day, &class, &earlier.topic, shop, &state),
        None => voice.history_line(&day, &class, &earlier.topic, &state),
    }
}

/// Who in the customer directory it may be, a line each, or that nobody is. Nothing where there is no directory.
/// `more`: how many others there are.
pub fn registered(voice: Voice, known: Option<&[Known]>, more: usize) -> Vec<String> {
    match known {
        None => Vec::new(),
        Some([]) => vec![voice.not_registered()],
        Some(known) => {
            let known = known.iter().map(|one| registered_as(voice, one));
            known.chain((more > 0).then(|| voice.registered_more(more))).collect()
        }
    }
}

fn registered_as(voice: Voice, known: &Known) -> String {
    let record = &known.record;
    let tier = match record.tier {
        Tier::Standard => voice.tier_standard(),
        Tier::Premium => voice.tier_premium(),
    };
    let linked = if record.linked { voice.linked() } else { voice.not_linked() };
    let why: Vec<String> = known
        .reasons
        .iter()
        .map(|reason| match reason {
            Reason::Phone => voice.known_by_phone(),
            Reason::Mail => voice.known_by_mail(),
            Reason::Name | Reason::NameBegins => voice.known_by_name(),
        })
        .collect();
    let name = [&record.name, &record.company].into_iter().find(|name| !name.is_empty());
    let name = name.map_or_else(|| voice.missing(), |name| voice.customer_name(name));
    voice.registered_as(&name, record.id.as_str(), &tier, &linked, &why.join(voice.between()))
}

/// Whose mail it may be, and why we think so.
pub fn candidate(voice: Voice, candidate: &Candidate) -> String {
    let (name, day) = (&candidate.name, voice.day(candidate.day));
    match candidate.by {
        KnownBy::Address => {}
        KnownBy::Phone => return voice.same_phone_only(name, &day),
        KnownBy::Notice => return voice.noticed_name(name, &day),
    }
    match candidate.phone {
        SamePhone::Yes => voice.same_address_and_phone(name, &day),
        SamePhone::Unknown => voice.same_address(name, &day),
        SamePhone::No => voice.other_phone(name, &day),
    }
}
