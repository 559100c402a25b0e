//! The request to one of us: what is asked, who wrote, what to confirm first, the draft word for word, what to say.
//!
//! Headline, words and buttons follow from the question. Here is the view and its text part; `page` draws the same
//! for eyes.

use super::{InternalMail, defang, page, subject, wording};
use crate::token::Token;
use crate::triage::effect::Question;
use crate::triage::id::{Address, CaseId};
use crate::triage::offer::Offer;

/// Customers' words beyond this many characters are cut in the request; the original is in the mailbox.
const WORDS_SHOWN: usize = 1_500;
/// HTML above this many bytes is left out (phones clip near 20 kB); the text part always has everything.
const HTML_LIMIT: usize = 20_000;

/// Everything the reader sees. Texts are ready to read; times are wall time of the desk, already formatted.
#[derive(Debug, Clone)]
pub struct RequestView<'a> {
    /// The reader.
    pub to: &'a Address,
    /// The case.
    pub case: &'a CaseId,
    /// The reader's token for this revision.
    pub token: &'a Token,
    /// The address that answers go to, without the token.
    pub desk: &'a Address,
    /// What is asked.
    pub question: Question,
    /// What can be said, the likeliest first.
    pub offers: &'a [Offer],
    /// A word before everything else: which reminder, 「改訂 2」, why there is no draft; may be empty.
    pub notice: &'a str,
    /// Must be seen today.
    pub urgent: bool,
    /// Who wrote.
    pub customer: CustomerCard<'a>,
    /// The customer's own words; may be empty.
    pub words: &'a str,
    /// The draft, or the mail that may not have arrived.
    pub draft: Option<DraftView<'a>>,
    /// What should be looked at before the draft leaves, one line each.
    pub concerns: &'a [String],
    /// Our answer that is out, in one line: 「8月27日(木) 14:05「件名」」.
    pub sent: Option<&'a str>,
    /// The customer has the word now (class B).
    pub waits: bool,
    /// Where a mail lies that could not be read, one line each; takes the place of the customer.
    pub place: &'a [String],
    /// Until when an answer counts: 「8月28日(金) 10:15」.
    pub expires: &'a str,
}

/// The customer at a glance. Empty strings and lists are shown as missing or left out.
#[derive(Debug, Clone, Default)]
pub struct CustomerCard<'a> {
    /// Name as typed.
    pub name: &'a str,
    /// Names of the same address in earlier cases, where this mail has none.
    pub candidates: Vec<String>,
    /// Telephone number with hyphens.
    pub phone: &'a str,
    /// Mail address.
    pub email: &'a str,
    /// Shop.
    pub shop: &'a str,
    /// 「B 予約希望」 and the like.
    pub class: &'a str,
    /// Topic.
    pub topic: &'a str,
    /// Received: 「8月27日(木) 10:12」.
    pub received: &'a str,
    /// Wished dates, best first.
    pub wishes: Vec<String>,
    /// Earlier contacts, newest first, one line each.
    pub history: Vec<String>,
    /// What to ask before answering.
    pub confirm: Vec<String>,
}

/// The draft, exactly as it would be sent.
#[derive(Debug, Clone, Copy)]
pub struct DraftView<'a> {
    /// Recipient.
    pub to: &'a Address,
    /// Subject.
    pub subject: &'a str,
    /// Body, LF line ends.
    pub body: &'a str,
}

/// Writes the request. Send it with `Reply-To` = plus-address and `Message-ID` = [`Token::message_id`].
pub fn request(view: &RequestView<'_>) -> InternalMail {
    let html = page::page(view);
    InternalMail {
        to: vec![view.to.clone()],
        subject: subject(view.case),
        text: as_text(view),
        html: (html.len() <= HTML_LIMIT).then_some(html),
        attachments: Vec::new(),
    }
}

impl RequestView<'_> {
    /// What the mail is about.
    pub(super) const fn headline(&self) -> &'static str {
        wording::headline(self.question, self.sent.is_some())
    }

    /// What happens without an answer.
    pub(super) fn otherwise(&self) -> String {
        wording::otherwise(self.question, self.expires, self.waits)
    }

    /// Over the draft: whether it would go out or perhaps has.
    pub(super) const fn draft_heading(&self) -> &'static str {
        match self.question {
            Question::Approve => "返信案（このまま送ります）",
            Question::Write
            | Question::Shop
            | Question::Unknown
            | Question::Quarantine
            | Question::Outcome => "送ろうとしたメール",
            Question::Undo => "送るメール",
            Question::Check => "返信案",
        }
    }

    /// Our answer is out: only who it was and what was sent.
    pub(super) const fn brief(&self) -> bool {
        matches!(self.question, Question::Outcome)
    }
}

/// The customer's words, cut with a word when long.
pub(super) fn shown(words: &str) -> (String, &'static str) {
    const CUT: &str = "（長いため、ここまで。続きは元のメールにあります）";
    let words = words.trim();
    let cut: String = words.chars().take(WORDS_SHOWN).collect();
    let more = if cut.len() < words.len() { CUT } else { "" };
    (cut, more)
}

fn as_text(view: &RequestView<'_>) -> String {
    let mut out = String::new();
    let mut say = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    if view.urgent {
        say("【本日中】");
    }
    say(view.headline());
    if !view.notice.is_empty() {
        say(view.notice);
    }
    if view.place.is_empty() {
        say("");
        say("■ お客様");
        for (label, value) in facts(view) {
            say(&format!("{label}: {value}"));
        }
    }
    list(&mut say, "■ 元のメール", view.place);
    if let Some(sent) = view.sent {
        say(&format!("送信: {sent}"));
    }
    if !view.brief() && view.place.is_empty() {
        list(&mut say, "■ ご希望", &view.customer.wishes);
        list(&mut say, "■ 先に確認すること", &view.customer.confirm);
        list(&mut say, "■ これまで", &view.customer.history);
    }
    let (words, more) = shown(view.words);
    if !words.is_empty() {
        say("");
        say("■ お客様の言葉");
        say(&words);
    }
    if !more.is_empty() {
        say(more);
    }
    list(&mut say, "■ 送る前に確認してください", view.concerns);
    if let Some(draft) = &view.draft {
        say("");
        say(&format!("■ {}", view.draft_heading()));
        say(&format!("宛先: {}", draft.to));
        say(&format!("件名: {}", draft.subject));
        say("");
        say(draft.body.trim_end());
    }
    say("");
    say("■ 返事のしかた（このメールに返信。本文はひとことだけ）");
    for offer in view.offers {
        say(wording::line(*offer));
    }
    say("HELP … 使える言葉の一覧");
    say("");
    say(&view.otherwise());
    say("");
    say(&format!("C-{}", view.case));
    format!("{}token: {}\n", defang(&out), view.token)
}

fn list(say: &mut impl FnMut(&str), heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    say("");
    say(heading);
    for item in items {
        say(&format!("・{item}"));
    }
}

/// Label and value of what is known, and of the name and the number also when they are missing.
fn facts(view: &RequestView<'_>) -> Vec<(&'static str, String)> {
    let customer = &view.customer;
    let missing =
        |value: &str| if value.is_empty() { "（記載なし）".to_owned() } else { value.to_owned() };
    let mut facts = vec![("お名前", missing(customer.name))];
    if !customer.candidates.is_empty() {
        facts.push(("お名前の候補（要確認）", customer.candidates.join(" / ")));
    }
    facts.push(("電話", missing(customer.phone)));
    let more = [
        ("メール", customer.email),
        ("店舗", customer.shop),
        ("分類", customer.class),
        ("内容", customer.topic),
        ("受信", customer.received),
    ];
    for (label, value) in more.into_iter().take(if view.brief() { 0 } else { 5 }) {
        if !value.is_empty() {
            facts.push((label, value.to_owned()));
        }
    }
    facts
}
