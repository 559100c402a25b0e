//! The request as a page for a phone: one column, big buttons, two taps to decide. Says what the text part says.

use super::html::{
    self, Look, QUIET, badge, bullets, button, card, caution, escape, letter, lines, row, small,
};
use super::link::{mailto, mailto_with_text, tel};
use super::request::RequestView;
use super::{defang, wording};
use crate::triage::effect::Question;
use crate::triage::offer::Offer;

/// The whole page.
pub(super) fn page(view: &RequestView<'_>) -> String {
    let voice = view.voice;
    let mut content = opening(view);
    // Seconds count here: the button comes before everything that can be read.
    let hurry = view.question == Question::Undo;
    if hurry {
        content.push_str(&format!("<div style=\"margin:0 0 10px\">{}</div>", buttons(view)));
    }
    content.push_str(&about(view));
    let (words, cut) = view.shown_words();
    if !words.is_empty() {
        let mut shown = lines(&words);
        if cut {
            shown.push_str(&format!(
                "<div style=\"color:{QUIET};font-size:13px\">{}</div>",
                escape(&voice.words_cut())
            ));
        }
        content.push_str(&card(&voice.heading_words(), &shown));
    }
    if !view.notes.is_empty() {
        content.push_str(&card(&voice.heading_notes(), &bullets(voice.bullet(), view.notes)));
    }
    if !view.concerns.is_empty() {
        content.push_str(&caution(&voice.heading_concerns(), &bullets(voice.bullet(), view.concerns)));
    }
    if let Some(draft) = &view.draft {
        let head = format!(
            "{}: {}<br>{}: {}",
            escape(&voice.label_to()),
            escape(draft.to.as_str()),
            escape(&voice.label_subject()),
            escape(draft.subject)
        );
        let leaves = matches!(view.question, Question::Approve | Question::Undo);
        content.push_str(&letter(&view.draft_heading(), &head, &lines(draft.body), leaves));
    }
    let mut content = defang(&content);
    if view.own_words() {
        let how = format!("<b>{}</b><br>{}", escape(&voice.footer_own_words()), escape(&view.otherwise()));
        content.push_str(&card(&voice.heading_own_words(), &how));
    } else {
        content.push_str(&format!(
            "<div style=\"font-size:14px;padding:2px 6px 6px\">{}</div>",
            escape(&view.otherwise())
        ));
    }
    if !hurry {
        content.push_str(&buttons(view));
    }
    content.push_str(&footer(view));
    html::page(voice.lang(), &content)
}

/// What is asked, and why.
fn opening(view: &RequestView<'_>) -> String {
    let mut headline = if view.urgent { badge(&view.voice.urgent()) } else { String::new() };
    headline.push_str(&html::title(&view.headline()));
    if !view.notice.is_empty() {
        headline.push_str(&format!("<div style=\"margin:4px 0 0\">{}</div>", lines(view.notice)));
    }
    card("", &headline)
}

/// Whom or which mail it is about.
fn about(view: &RequestView<'_>) -> String {
    if view.place.is_empty() {
        card("", &customer(view))
    } else {
        card(&view.voice.heading_original(), &bullets(view.voice.bullet(), view.place))
    }
}

/// The customer, as a person with a telephone at the ear looks: who, the number, what to ask first, what was before.
fn customer(view: &RequestView<'_>) -> String {
    let (customer, voice) = (&view.customer, view.voice);
    let name =
        if customer.name.is_empty() { voice.name_missing() } else { voice.customer_name(customer.name) };
    let mut content =
        format!("<div style=\"font-size:20px;font-weight:bold;line-height:1.4\">{}</div>", escape(&name));
    let between = |values: &[&str]| {
        let known: Vec<String> = values.iter().filter(|value| !value.is_empty()).map(|v| escape(v)).collect();
        known.join(voice.between())
    };
    let topic = between(&[customer.shop, customer.class, customer.topic]);
    if !view.brief() && !topic.is_empty() {
        content.push_str(&format!("<div style=\"color:{QUIET}\">{topic}</div>"));
    }
    // Who only looks at a draft, or may have to stop it, calls nobody: no button draws the thumb away.
    let calls = !matches!(view.question, Question::Undo | Question::Check | Question::LongCall);
    content.push_str(&match tel(customer.phone) {
        Some(_) if !calls => format!("<div>{}</div>", escape(customer.phone)),
        Some(link) => {
            let call = button(&link, &voice.call(customer.phone), Look::Call);
            format!("<div style=\"margin:8px 0 0\">{call}</div>")
        }
        None => format!("<div style=\"font-weight:bold\">{}</div>", escape(&voice.phone_missing())),
    });
    if let Some(sent) = view.sent {
        content.push_str(&format!("{}<div>{}</div>", small(&voice.heading_sent()), escape(sent)));
    }
    if view.brief() {
        return content;
    }
    let mut first = bullets(voice.bullet(), &customer.confirm);
    if !customer.candidates.is_empty() {
        first.push_str(&small(&voice.label_candidates()));
        first.push_str(&bullets(voice.bullet(), &customer.candidates));
    }
    if !first.is_empty() {
        let first = caution(&voice.heading_confirm(), &first);
        content.push_str(&format!("<div style=\"margin:10px 0 0\">{first}</div>"));
    }
    if !customer.registered.is_empty() {
        content.push_str(&small(&voice.label_registered()));
        content.push_str(&bullets(voice.bullet(), &customer.registered));
    }
    for (title, lines) in &customer.sheet {
        content.push_str(&small(title));
        content.push_str(&bullets(voice.bullet(), lines));
    }
    if !customer.wishes.is_empty() {
        let wishes: Vec<String> = customer.wishes.iter().map(|wish| escape(wish)).collect();
        content.push_str(&small(&voice.heading_wishes()));
        content.push_str(&format!(
            "<div style=\"font-size:18px;font-weight:bold\">{}</div>",
            wishes.join("<br>")
        ));
    }
    if !customer.history.is_empty() {
        content.push_str(&small(&view.history_heading()));
        let history = bullets(voice.bullet(), &customer.history);
        content.push_str(&format!("<div style=\"font-size:14px\">{history}</div>"));
    }
    let last = between(&[customer.email, customer.received]);
    content.push_str(&format!("<div style=\"font-size:13px;color:{QUIET};margin:10px 0 0\">{last}</div>"));
    content
}

/// The likeliest word over the whole width; two words that are about the same thing side by side.
fn buttons(view: &RequestView<'_>) -> String {
    let mut content = String::new();
    let mut waiting: Option<(Offer, String)> = None;
    for offer in view.offers {
        let Some(made) = one(view, *offer) else { continue };
        match waiting.take() {
            Some((before, left)) if pair(before, *offer) => content.push_str(&row(&[left, made])),
            Some((_, left)) => {
                content.push_str(&row(&[left]));
                waiting = Some((*offer, made));
            }
            None => waiting = Some((*offer, made)),
        }
    }
    if let Some((_, left)) = waiting {
        content.push_str(&row(&[left]));
    }
    content
}

const fn pair(left: Offer, right: Offer) -> bool {
    matches!(
        (left, right),
        (Offer::Called, Offer::NoAnswer | Offer::Hold)
            | (Offer::Shop, Offer::Hold)
            | (Offer::Booked, Offer::Lost)
            | (Offer::Resend, Offer::Skip)
    )
}

/// A word that wants a text has a button only where writing is what is asked for.
fn one(view: &RequestView<'_>, offer: Offer) -> Option<String> {
    let link = if offer == Offer::Edit && view.question == Question::Write {
        mailto_with_text(view.token, view.desk, offer.typed())?
    } else if offer.needs_text() {
        return None;
    } else {
        mailto(view.token, view.desk, offer.typed())
    };
    let look = match offer {
        Offer::Approve | Offer::Edit | Offer::ShopAccepts | Offer::Booked | Offer::CallOver => Look::Yes,
        Offer::Done if view.question == Question::Quarantine => Look::Yes,
        Offer::Reject => Look::No,
        Offer::Cancel => Look::Stop,
        Offer::Called
        | Offer::NoAnswer
        | Offer::Shop
        | Offer::Hold
        | Offer::Resend
        | Offer::Skip
        | Offer::Lost
        | Offer::Done
        | Offer::Remote
        | Offer::OnCall
        | Offer::Note => Look::Other,
    };
    // Between eight buttons only the one that writes stands out.
    let look = if view.question == Question::Write && offer == Offer::Booked { Look::Other } else { look };
    Some(button(&link, &wording::label(view.voice, offer), look))
}

fn footer(view: &RequestView<'_>) -> String {
    let voice = view.voice;
    let has = |offer| view.offers.contains(&offer);
    let mut said = Vec::new();
    if !view.own_words() {
        said.push(voice.footer_buttons());
    }
    if has(Offer::Edit) && view.question == Question::Write {
        said.push(voice.footer_write());
    } else if has(Offer::Edit) {
        said.push(voice.footer_edit());
    }
    if view.to_staff() {
        said.push(voice.footer_staff());
    } else if has(Offer::Note) {
        said.push(voice.footer_note());
    }
    if view.question == Question::Approve {
        said.push(voice.footer_check());
    }
    let said: String = said.iter().map(|line| format!("<div>{}</div>", escape(line))).collect();
    format!(
        "<div style=\"font-size:14px;line-height:1.5;color:{QUIET};padding:4px 6px\">{said}\
         <div style=\"font-size:12px;margin:6px 0 0;overflow-wrap:anywhere\">C-{}{}token: {}</div></div>",
        view.case,
        voice.between(),
        view.token
    )
}
