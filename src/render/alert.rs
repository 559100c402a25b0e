//! Mails about service levels and queues: what is near its deadline or past it, the list of priority callbacks, and that a
//! case has entered a queue. No token, and no word of a customer's.

use super::html::{self, bullets, card};
use super::voice::Voice;
use super::{InternalMail, defang};
use crate::triage::id::Address;

/// Lines of one list; the rest is counted.
const MOST: usize = 30;

/// What one person is told of deadlines. Lines are ready to read.
#[derive(Debug, Clone)]
pub struct AlertView<'a> {
    /// The reader's language.
    pub voice: Voice,
    /// The reader.
    pub to: &'a Address,
    /// Cases past their deadline.
    pub breached: Vec<String>,
    /// Cases near it.
    pub near: Vec<String>,
    /// Priority callbacks in order; only supervisors are shown them.
    pub callbacks: Vec<String>,
}

/// The mail. Its subject names nobody: subjects show on locked screens.
pub fn alerts(view: &AlertView<'_>) -> InternalMail {
    let voice = view.voice;
    let headline = voice.alerts_headline();
    let mut text = format!("{headline}\n");
    let mut content = card("", &html::title(&headline));
    for (heading, lines) in [
        (voice.alerts_breached(), &view.breached),
        (voice.alerts_near(), &view.near),
        (voice.callbacks_heading(), &view.callbacks),
    ] {
        if lines.is_empty() {
            continue;
        }
        let mut shown: Vec<String> = lines.iter().take(MOST).map(|line| defang(line)).collect();
        let rest = lines.len().saturating_sub(MOST);
        if rest > 0 {
            shown.push(voice.alerts_more(rest));
        }
        text.push_str(&format!("\n■ {heading}\n"));
        for line in &shown {
            text.push_str(&format!("{}{line}\n", voice.bullet()));
        }
        content.push_str(&card(&heading, &bullets(voice.bullet(), &shown)));
    }
    let how = voice.alerts_how();
    text.push_str(&format!("\n{how}\n"));
    content.push_str(&card("", &html::lines(&how)));
    InternalMail {
        to: vec![view.to.clone()],
        subject: format!("[窓口] {}", voice.alerts_subject(view.breached.len(), view.near.len())),
        text,
        html: Some(html::page(voice.lang(), &content)),
        attachments: Vec::new(),
    }
}
