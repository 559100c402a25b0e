//! The request as a page for a phone: one column, big buttons, two taps to decide. Says what the text part says.

use super::html::{self, Look, QUIET, bullets, button, card, caution, escape, lines, row, small, strip};
use super::link::{mailto, mailto_with_text, tel};
use super::request::{CustomerCard, RequestView, shown};
use super::{defang, wording};
use crate::triage::effect::Question;
use crate::triage::offer::Offer;

/// The whole page.
pub(super) fn page(view: &RequestView<'_>) -> String {
    let mut content = String::new();
    if view.urgent {
        content.push_str(&strip("本日中"));
    }
    content.push_str(&opening(view));
    if !view.brief() && !view.customer.confirm.is_empty() {
        content.push_str(&caution("先に確認すること", &bullets(&view.customer.confirm)));
    }
    let (words, more) = shown(view.words);
    if !words.is_empty() {
        let more = format!("<div style=\"color:{QUIET};font-size:13px\">{more}</div>");
        content.push_str(&card("お客様の言葉", &format!("{}{more}", lines(&words))));
    }
    if !view.concerns.is_empty() {
        content.push_str(&caution("送る前に確認してください", &bullets(view.concerns)));
    }
    if let Some(draft) = &view.draft {
        let letter = format!(
            "<div style=\"font-size:14px;color:{QUIET}\">宛先 {}<br>件名 {}</div>\
             <div style=\"border-top:1px solid #cbd2d9;margin:8px 0 0;padding:8px 0 0\">{}</div>",
            escape(draft.to.as_str()),
            escape(draft.subject),
            lines(draft.body)
        );
        content.push_str(&card(view.draft_heading(), &letter));
    }
    let mut content = defang(&content);
    content.push_str(&format!(
        "<div style=\"font-size:14px;padding:2px 6px 6px\">{}</div>",
        escape(&view.otherwise())
    ));
    content.push_str(&buttons(view));
    content.push_str(&footer(view));
    html::page(&content)
}

/// What is asked, why, and about whom.
fn opening(view: &RequestView<'_>) -> String {
    let notice = if view.notice.is_empty() {
        String::new()
    } else {
        format!("<div style=\"margin:4px 0 0\">{}</div>", lines(view.notice))
    };
    let headline = format!(
        "<div style=\"font-size:18px;font-weight:bold;line-height:1.4\">{}</div>{notice}",
        escape(view.headline())
    );
    let about = if view.place.is_empty() {
        card("", &customer(&view.customer, view.brief(), view.sent))
    } else {
        card("元のメール", &bullets(view.place))
    };
    format!("{}{about}", card("", &headline))
}

fn customer(customer: &CustomerCard<'_>, brief: bool, sent: Option<&str>) -> String {
    let name = if customer.name.is_empty() {
        "お名前の記載なし".to_owned()
    } else {
        format!("{} 様", escape(customer.name))
    };
    let mut content = format!("<div style=\"font-size:20px;font-weight:bold;line-height:1.4\">{name}</div>");
    if !customer.candidates.is_empty() {
        content.push_str(&format!(
            "<div style=\"color:#6b4500\">候補（要確認）: {}</div>",
            escape(&customer.candidates.join(" / "))
        ));
    }
    let between = |values: &[&str]| {
        let known: Vec<String> = values.iter().filter(|value| !value.is_empty()).map(|v| escape(v)).collect();
        known.join(" ・ ")
    };
    let topic = between(&[customer.shop, customer.class, customer.topic]);
    if !brief && !topic.is_empty() {
        content.push_str(&format!("<div style=\"color:{QUIET}\">{topic}</div>"));
    }
    content.push_str(&match tel(customer.phone) {
        Some(link) => {
            let call = button(&link, &format!("電話する　{}", customer.phone), Look::Call);
            format!("<div style=\"margin:8px 0 0\">{call}</div>")
        }
        None => "<div style=\"font-weight:bold\">電話番号の記載なし</div>".to_owned(),
    });
    if let Some(sent) = sent {
        content.push_str(&format!("{}<div>{}</div>", small("送信したメール"), escape(sent)));
    }
    if brief {
        return content;
    }
    if !customer.wishes.is_empty() {
        let wishes: Vec<String> = customer.wishes.iter().map(|wish| escape(wish)).collect();
        content.push_str(&small("ご希望"));
        content.push_str(&format!(
            "<div style=\"font-size:18px;font-weight:bold\">{}</div>",
            wishes.join("<br>")
        ));
    }
    if !customer.history.is_empty() {
        content.push_str(&small("これまで"));
        content.push_str(&format!("<div style=\"font-size:14px\">{}</div>", bullets(&customer.history)));
    }
    let last = between(&[customer.email, customer.received]);
    content.push_str(&format!("<div style=\"font-size:13px;color:{QUIET};margin:10px 0 0\">{last}</div>"));
    content
}

/// The likeliest word over the whole width, the rest in rows of two or three; two words that exclude each other
/// side by side.
fn buttons(view: &RequestView<'_>) -> String {
    let made: Vec<String> = view.offers.iter().filter_map(|offer| one(view, *offer)).collect();
    let first = match view.question {
        Question::Unknown | Question::Outcome => 2,
        Question::Approve
        | Question::Write
        | Question::Shop
        | Question::Quarantine
        | Question::Undo
        | Question::Check => 1,
    };
    let (first, mut rest) = made.split_at_checked(first).unwrap_or((&made, &[]));
    let mut content = if first.is_empty() { String::new() } else { row(first) };
    while !rest.is_empty() {
        let width = if rest.len().is_multiple_of(3) { 3 } else { 2 };
        let (line, after) = rest.split_at_checked(width).unwrap_or((rest, &[]));
        content.push_str(&row(line));
        rest = after;
    }
    content
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
        Offer::Approve | Offer::Edit | Offer::ShopAccepts | Offer::Booked => Look::Yes,
        Offer::Done if view.question == Question::Quarantine => Look::Yes,
        Offer::Reject | Offer::Cancel => Look::No,
        Offer::Called
        | Offer::NoAnswer
        | Offer::Shop
        | Offer::Hold
        | Offer::Resend
        | Offer::Skip
        | Offer::Lost
        | Offer::Done
        | Offer::Note => Look::Other,
    };
    // Between eight buttons only the one that writes stands out.
    let look = if view.question == Question::Write && offer == Offer::Booked { Look::Other } else { look };
    Some(button(&link, wording::label(offer), look))
}

fn footer(view: &RequestView<'_>) -> String {
    let has = |offer| view.offers.contains(&offer);
    let mut said = vec!["ボタンを押すと、ひとこと書かれたメールが開きます。そのまま送信してください。"];
    if has(Offer::Edit) && view.question == Question::Write {
        said.push("「返信を書く」では、開いたメールの 2 行目から本文を書いてください。");
    } else if has(Offer::Edit) {
        said.push("直すときは、このメールに返信して 1 行目に「修正」だけ、次の行から新しい本文の全文。");
    }
    if has(Offer::Note) {
        said.push("記録だけ残すときは、このメールに返信して「メモ」に続けて書いてください。");
    }
    format!(
        "<div style=\"font-size:14px;color:{QUIET};padding:4px 6px\">{}<br>\
         <span style=\"font-size:12px;overflow-wrap:anywhere\">C-{} ・ token: {}</span></div>",
        said.join("<br>"),
        view.case,
        view.token
    )
}
