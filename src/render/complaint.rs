//! Mails to our own people about a complaint, as text and for eyes. Which facts stand in them is decided outside.

use super::html::{self, Look, QUIET, badge, button, card, escape, lines, row, sayings};
use super::link::mailto;
use super::voice::Voice;
use super::{InternalMail, defang, subject};
use crate::token::Token;
use crate::triage::id::{Address, CaseId};

/// HTML above this many bytes is left out; the text part always has everything.
const HTML_LIMIT: usize = 20_000;

/// Everything the reader sees. Texts are ready to read.
#[derive(Debug, Clone)]
pub struct ComplaintView<'a> {
    /// The reader's language.
    pub voice: Voice,
    /// The reader.
    pub to: &'a Address,
    /// The case.
    pub case: &'a CaseId,
    /// The reader's token, where there is something to say.
    pub token: Option<&'a Token>,
    /// The address that answers go to, without the token.
    pub desk: &'a Address,
    /// A word before everything else, such as 至急; may be empty.
    pub badge: String,
    /// What it is about, in a few words.
    pub headline: String,
    /// What has to be said first.
    pub notice: Vec<String>,
    /// Everything else, part by part; parts without lines are left out.
    pub parts: Vec<Part>,
    /// Whether the reader is asked to say yes or no.
    pub verdict: bool,
    /// What can be said, one line each: the word, then what it does.
    pub sayings: Vec<String>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The heading.
    pub heading: String,
    /// Lines; each may hold line breaks.
    pub lines: Vec<String>,
}

/// Writes the mail.
pub fn complaint(view: &ComplaintView<'_>) -> InternalMail {
    let html = as_html(view);
    InternalMail {
        to: vec![view.to.clone()],
        subject: subject(view.case),
        text: as_text(view),
        html: (html.len() <= HTML_LIMIT).then_some(html),
        attachments: Vec::new(),
    }
}

fn as_text(view: &ComplaintView<'_>) -> String {
    let mut out = String::new();
    if !view.badge.is_empty() {
        out.push_str(&format!("【{}】\n", view.badge));
    }
    out.push_str(&format!("{}\n", view.headline));
    for line in &view.notice {
        out.push_str(&format!("{line}\n"));
    }
    for part in view.parts.iter().filter(|part| !part.lines.is_empty()) {
        out.push_str(&format!("\n■ {}\n", part.heading));
        for line in &part.lines {
            out.push_str(&format!("{line}\n"));
        }
    }
    if view.token.is_some() && !view.sayings.is_empty() {
        out.push_str(&format!(
            "\n■ {}\n{}\n",
            view.voice.heading_own_words(),
            view.voice.complaint_answer_by_mail()
        ));
        for line in &view.sayings {
            out.push_str(&format!("{line}\n"));
        }
    }
    out.push_str(&format!("\nC-{}\n", view.case));
    let mut text = defang(&out);
    if let Some(token) = view.token {
        text.push_str(&format!("token: {token}\n"));
    }
    text
}

fn as_html(view: &ComplaintView<'_>) -> String {
    let mut first = if view.badge.is_empty() { String::new() } else { badge(&view.badge) };
    first.push_str(&html::title(&view.headline));
    if !view.notice.is_empty() {
        let notice = lines(&defang(&view.notice.join("\n")));
        first.push_str(&format!("<div style=\"margin:4px 0 0\">{notice}</div>"));
    }
    let mut content = card("", &first);
    for part in view.parts.iter().filter(|part| !part.lines.is_empty()) {
        let shown: String =
            part.lines.iter().map(|line| format!("<div>{}</div>", lines(&defang(line)))).collect();
        content.push_str(&card(&part.heading, &shown));
    }
    if let Some(token) = view.token {
        if view.verdict {
            let press = |word, label: String, look| button(&mailto(token, view.desk, word), &label, look);
            content.push_str(&row(&[
                press("OK", view.voice.complaint_button_approve(), Look::Yes),
                press("NG", view.voice.complaint_button_reject(), Look::No),
            ]));
        }
        if !view.sayings.is_empty() {
            let said = sayings(&view.sayings.join("\n"));
            let how = escape(&view.voice.complaint_answer_by_mail());
            let said = format!("<div style=\"font-size:15px\"><div>{how}</div>{said}</div>");
            content.push_str(&card(&view.voice.heading_own_words(), &said));
        }
    }
    let token = view.token.map(|token| format!("{}token: {token}", view.voice.between())).unwrap_or_default();
    content.push_str(&format!(
        "<div style=\"font-size:12px;color:{QUIET};padding:0 6px;overflow-wrap:anywhere\">C-{}{token}</div>",
        view.case
    ));
    html::page(view.voice.lang(), &content)
}
