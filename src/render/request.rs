//! The request to one of us: what is asked, who wrote, what to confirm first, the draft word for word, what to say.
//!
//! Headline, words and buttons follow from the question. Here is the view and its text part; `page` draws the same
//! for eyes.

use super::voice::Voice;
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
    /// The reader's language.
    pub voice: Voice,
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
    /// What can be said, the likeliest first; nothing where the reader answers in their own words.
    pub offers: &'a [Offer],
    /// A word before everything else: which reminder, 「改訂 2」, why there is no draft; may be empty.
    pub notice: &'a str,
    /// Must be seen today.
    pub urgent: bool,
    /// Who wrote.
    pub customer: CustomerCard<'a>,
    /// The customer's own words; may be empty.
    pub words: &'a str,
    /// What colleagues and shops left for each other, oldest first, one line each: 「8月27日(木) 10:20 佐藤: …」.
    pub notes: &'a [String],
    /// What to look at in the draft before it goes out, a sentence each.
    pub concerns: &'a [String],
    /// The draft, or the mail that may not have arrived.
    pub draft: Option<DraftView<'a>>,
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
    /// Whose mail it may be, where it has no name: each with its reason.
    pub candidates: Vec<String>,
    /// Who in the customer directory it may be, each with its reason, or that nobody is.
    pub registered: Vec<String>,
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
    /// How many earlier contacts there were.
    pub contacts: usize,
    /// The day of the last one.
    pub last_contact: &'a str,
    /// The newest of them, newest first, one line each.
    pub history: Vec<String>,
    /// What to ask before answering.
    pub confirm: Vec<String>,
    /// The rest of the call sheet: headings, each with its lines.
    pub sheet: Vec<(String, Vec<String>)>,
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
    pub(super) fn headline(&self) -> String {
        wording::headline(self.voice, self.question, self.sent.is_some())
    }

    /// What happens without an answer.
    pub(super) fn otherwise(&self) -> String {
        wording::otherwise(self.voice, self.question, self.expires, self.waits)
    }

    /// Over the draft: whether it would go out or perhaps has.
    pub(super) fn draft_heading(&self) -> String {
        match self.question {
            Question::Approve => self.voice.heading_draft(),
            Question::Write
            | Question::Shop
            | Question::Unknown
            | Question::Quarantine
            | Question::LongCall
            | Question::Outcome => self.voice.heading_attempted(),
            Question::Undo => self.voice.heading_leaving(),
            Question::Check => self.voice.heading_checked(),
        }
    }

    /// Over the earlier contacts: how many, and when the last one was.
    pub(super) fn history_heading(&self) -> String {
        self.voice.heading_history(self.customer.contacts, self.customer.last_contact)
    }

    /// Our answer is out or on its way: only who it was and what was sent.
    pub(super) const fn brief(&self) -> bool {
        matches!(self.question, Question::Outcome | Question::Undo)
    }

    /// The reader answers in their own words: there is nothing to press.
    pub(super) const fn own_words(&self) -> bool {
        self.offers.is_empty()
    }

    /// The reader is a shop's staff: whatever they write in their own words reaches the desk as a note.
    pub(super) fn to_staff(&self) -> bool {
        self.question == Question::Shop && !self.offers.contains(&Offer::Called)
    }

    /// The customer's words, and whether they were cut because they are long.
    pub(super) fn shown_words(&self) -> (String, bool) {
        let words = self.words.trim();
        let shown: String = words.chars().take(WORDS_SHOWN).collect();
        let cut = shown.len() < words.len();
        (shown, cut)
    }
}

fn as_text(view: &RequestView<'_>) -> String {
    let voice = view.voice;
    let mut out = String::new();
    let mut say = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    if view.urgent {
        say(&voice.urgent_line());
    }
    say(&view.headline());
    if !view.notice.is_empty() {
        say(view.notice);
    }
    if view.place.is_empty() {
        heading(&mut say, &voice.heading_customer());
        for (label, value) in facts(view) {
            say(&format!("{label}: {value}"));
        }
        if !view.brief() {
            list(&mut say, voice, &voice.label_candidates(), &view.customer.candidates);
            list(&mut say, voice, &voice.label_registered(), &view.customer.registered);
            list(&mut say, voice, &voice.heading_confirm(), &view.customer.confirm);
            for (title, lines) in &view.customer.sheet {
                list(&mut say, voice, title, lines);
            }
            list(&mut say, voice, &voice.heading_wishes(), &view.customer.wishes);
            list(&mut say, voice, &view.history_heading(), &view.customer.history);
        }
    }
    list(&mut say, voice, &voice.heading_original(), view.place);
    let (words, cut) = view.shown_words();
    if !words.is_empty() {
        heading(&mut say, &voice.heading_words());
        say(&words);
    }
    if cut {
        say(&voice.words_cut());
    }
    list(&mut say, voice, &voice.heading_notes(), view.notes);
    list(&mut say, voice, &voice.heading_concerns(), view.concerns);
    if let Some(draft) = &view.draft {
        heading(&mut say, &view.draft_heading());
        say(&format!("{}: {}", voice.label_to(), draft.to));
        say(&format!("{}: {}", voice.label_subject(), draft.subject));
        say("");
        say(draft.body.trim_end());
    }
    if view.own_words() {
        heading(&mut say, &voice.heading_own_words());
        say(&voice.footer_own_words());
    } else {
        heading(&mut say, &voice.heading_answer());
        for offer in view.offers {
            say(&wording::line(voice, *offer));
        }
        say(&voice.line_help());
        if view.to_staff() {
            say(&voice.footer_staff());
        }
    }
    say("");
    say(&view.otherwise());
    say("");
    say(&format!("C-{}", view.case));
    format!("{}token: {}\n", defang(&out), view.token)
}

fn heading(say: &mut impl FnMut(&str), heading: &str) {
    say("");
    say(&format!("■ {heading}"));
}

fn list(say: &mut impl FnMut(&str), voice: Voice, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    heading(say, title);
    for item in items {
        say(&format!("{}{item}", voice.bullet()));
    }
}

/// Label and value of what is known, and of the name and the number also when they are missing.
fn facts(view: &RequestView<'_>) -> Vec<(String, String)> {
    let (customer, voice) = (&view.customer, view.voice);
    let missing = |value: &str| if value.is_empty() { voice.missing() } else { value.to_owned() };
    let mut facts =
        vec![(voice.label_name(), missing(customer.name)), (voice.label_phone(), missing(customer.phone))];
    if let Some(sent) = view.sent {
        facts.push((voice.heading_sent(), sent.to_owned()));
    }
    if view.brief() {
        return facts;
    }
    let more = [
        (voice.label_shop(), customer.shop),
        (voice.label_class(), customer.class),
        (voice.label_topic(), customer.topic),
        (voice.label_email(), customer.email),
        (voice.label_received(), customer.received),
    ];
    facts.extend(more.into_iter().filter(|(_, value)| !value.is_empty()).map(|(l, v)| (l, v.to_owned())));
    facts
}
