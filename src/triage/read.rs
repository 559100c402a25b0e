//! From a letter to a reading: puts the readers of layout, fields and dates together and asks the decision list.
//!
//! Pure: the same letter, desk, rules and context give the same reading. Nothing here knows words.

use std::cell::OnceCell;

use super::chat;
use super::classify::{self, Origin, PassedOver, Question};
use super::fields::{self, Sheet};
use super::fold::Folded;
use super::form::{self, Form};
use super::id::Address;
use super::level::Channel;
use super::mail::{Correspondent, Letter};
use super::policy::Desk;
use super::rulebook::{Cue, Hit, LabelKind, Page, Rule, Rulebook, Says, Scan, Texts, WordList};
use super::thread::{self, Parts};
use super::topics::{Need, Topic, Visits};
use super::verdict::{Disposition, Evidence, Facts, Ignored, Reading, Role, Source, Span, Verdict, Wish};
use super::when::{self, Anchor, Offered, Passage};

/// What the desk knows about a letter from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// `In-Reply-To` or `References` name a mail that we sent or a case that we hold.
    pub answers_ours: bool,
    /// It answers such a mail and yet begins a matter of its own: it is read as a first mail.
    pub begins_anew: bool,
    /// The slots that the matter has offered or named so far, in order: what 「その時間で」 means.
    pub offered: Vec<Offered>,
}

/// Reads a letter. Rules that were passed over are left out of the verdict: only people who ask why look at them.
pub fn read(letter: &Letter, desk: &Desk, rules: &Rulebook, context: &Context) -> Reading {
    read_with(letter, desk, rules, context, &mut |_| {}, &mut PassedOver::unasked())
}

/// The same, with the rules that were passed over.
pub fn read_fully(letter: &Letter, desk: &Desk, rules: &Rulebook, context: &Context) -> Reading {
    read_noting(letter, desk, rules, context, &mut |_| {})
}

/// The same, and notes every rule that held for the writer's words, whether or not it decided anything.
pub fn read_noting(
    letter: &Letter,
    desk: &Desk,
    rules: &Rulebook,
    context: &Context,
    note: &mut dyn FnMut(&Rule),
) -> Reading {
    let mut others = PassedOver::asked();
    let mut reading = read_with(letter, desk, rules, context, note, &mut others);
    reading.verdict.passed = others.list();
    reading
}

fn read_with(
    letter: &Letter,
    desk: &Desk,
    rules: &Rulebook,
    context: &Context,
    note: &mut dyn FnMut(&Rule),
    others: &mut PassedOver,
) -> Reading {
    let folded = Folded::new(&letter.text);
    let passed_on = passed_on(letter, &folded, desk);
    let (letter, parts) = match &passed_on {
        Some((inner, parts)) => (inner, parts.clone()),
        None => (letter, thread::cut_folded(&letter.text, &folded)),
    };
    let lang = language(letter, &parts.own, rules);
    if let Some((reason, evidence)) = classify::known(letter, desk) {
        return Reading { facts: Facts { lang, ..Facts::default() }, verdict: ignored(reason, evidence) };
    }
    let mut unquoted: Vec<Span> = parts.own.iter().chain(&parts.signature).copied().collect();
    unquoted.sort_by_key(|span| span.start);
    let form = form::read(&letter.text, &parts, rules);
    let subject = Folded::new(&letter.subject);
    let from = from_line(letter);
    let names = OnceCell::new();

    let texts = Texts { text: &folded, subject: &subject, from: &from };
    let walk = rules.walk(&texts);
    let named = !context.begins_anew && (context.answers_ours || names_ours(letter, desk));
    let reply = is_reply(&subject);
    let origin = Origin { named, reply, forward: forwards(letter, &subject, &parts) };
    let shapes = classify::shapes(letter, &folded, desk, rules, &form, &unquoted, named || reply);
    // Machines are known by the whole mail; people's words by what they wrote themselves.
    let whole = Page {
        texts,
        words: parts.own.iter().map(|span| folded.folded(*span)).collect(),
        unquoted: unquoted.iter().map(|span| folded.folded(*span)).collect(),
        // The subject of an answer is the one of the mail answered.
        subject: !reply,
        letter,
        shapes: &shapes,
        lang,
    };
    let signs = rules.scan_for(&walk, &whole, |says| matches!(says, Says::Machine(_) | Says::Person(_)));
    let because = classify::machine(letter, desk, rules, &form, &signs, &shapes, origin, others);
    let sheet = Sheet {
        letter,
        desk,
        rules,
        parts: &parts,
        form: &form,
        folded: &folded,
        walk: &walk,
        words: &parts.own,
        ours: &names,
    };
    if let Some((reason, evidence)) = because {
        let notice = (reason == Ignored::BookingNotice).then(|| {
            Box::new(fields::notice::read(&sheet, &dates(&Sheet { words: &[], ..sheet }, true, &[])))
        });
        let verdict = ignored(reason, evidence);
        return Reading { facts: Facts { lang, notice, ..Facts::default() }, verdict };
    }
    // Where the mailer lost the ids: a `Re:` subject and a quote. Whoever answers us quotes us.
    let follow_up = named || (!context.begins_anew && reply && !parts.quote.is_empty() && !form.is_form());
    let ours: Vec<&str> = desk.shops.iter().chain([&desk.name]).map(String::as_str).collect();
    // In a transcript the visitor's lines are the words; the rest is ours, or the chat program's.
    let chat = chat::visitor(&letter.text, &parts, &ours);
    let transcript = chat.is_some();
    let words = chat.unwrap_or_else(|| own_words(letter, &parts, &form));
    let lang = if words == parts.own { lang } else { language(letter, &words, rules) };
    let page = Page {
        texts,
        words: words.iter().map(|span| folded.folded(*span)).collect(),
        unquoted: whole.unquoted.clone(),
        subject: !follow_up,
        letter,
        shapes: &shapes,
        lang,
    };
    let Scan { hits, misses } = rules.scan_for(&walk, &page, |says| !matches!(says, Says::Machine(_)));
    hits.iter().for_each(|hit| note(hit.rule));
    let thread_page =
        Page { texts, words: Vec::new(), unquoted: Vec::new(), subject: true, letter, shapes: &[], lang };
    let topics = |says: &Says| matches!(says, Says::Topic(_));
    let thread_hits = if follow_up { rules.scan_for(&walk, &thread_page, topics).hits } else { Vec::new() };
    let sheet = Sheet { words: &words, ..sheet };
    let mut facts = fields::read(&sheet, &hits);
    facts.wishes = dates(&sheet, follow_up, &context.offered);
    facts.lang = lang;
    if hits.iter().any(|hit| hit.rule.says == Says::Cue(Cue::Held)) {
        reassign(&mut facts.wishes, Role::CurrentBooking, |_| true);
    }
    let question = Question {
        letter,
        desk,
        rules,
        form: &form,
        page: &page,
        hits: &hits,
        facts: &facts,
        follow_up,
        thread_hits: &thread_hits,
    };
    for miss in misses.iter().filter(|miss| !matches!(miss.rule.says, Says::Person(_))) {
        others.note(|| miss.passed());
    }
    let mut verdict = classify::judge(&question, others);
    verdict.doubtful = classify::doubtful(&signs, rules);
    let marked = |name: &str| verdict.marks.iter().any(|mark| mark == name);
    facts.channel = Channel::of(marked, transcript, form.is_form());
    if passed_on.is_some() {
        // Places in a subject that the letter does not bear could not be shown.
        let evidence = verdict.rules.iter_mut().chain(others.rules());
        evidence.for_each(|rule| rule.spans.retain(|(source, _)| *source != Source::Subject));
    }
    let topic = rules.topics().named(&verdict.topic);
    match topic.map_or(Visits::All, |topic| topic.visits) {
        Visits::All => {}
        Visits::Explicit => reassign(&mut facts.wishes, Role::Mention, |wish| !wish.explicit),
        // Times offered for a sales talk or an interview, delivery dates and opening days are no visit.
        Visits::None => reassign(&mut facts.wishes, Role::Mention, |_| true),
    }
    // 「交換」 and 「説明」 are words of every day: they are demands where something went wrong.
    if !topic.is_some_and(|topic| topic.demands) {
        facts.demands.clear();
    }
    if !follow_up {
        facts.missing = missing(&facts, topic, &hits);
    }
    Reading { facts, verdict }
}

/// A mail that a colleague or a robot of ours forwarded is read as its writer's. Who forwards a mail of ours writes
/// for himself.
fn passed_on(letter: &Letter, folded: &Folded, desk: &Desk) -> Option<(Letter, Parts)> {
    let owned = |person: &Correspondent| Address::parse(&person.address).is_some_and(|a| desk.owns(&a));
    if !letter.from.iter().any(owned) {
        return None;
    }
    let thread::Forwarded { from, subject, parts } = thread::forwarded(&letter.text, folded)?;
    if owned(&from) || (from.address.is_empty() && from.name.is_empty()) {
        return None;
    }
    let subject = subject.unwrap_or_else(|| letter.subject.clone());
    Some((Letter { from: vec![from], reply_to: Vec::new(), subject, ..letter.clone() }, parts))
}

/// What of a letter its writer wrote: of one that was passed on, its first writer.
pub fn parts_of(letter: &Letter, desk: &Desk) -> Parts {
    let folded = Folded::new(&letter.text);
    let inner = passed_on(letter, &folded, desk).map(|(_, parts)| parts);
    inner.unwrap_or_else(|| thread::cut_folded(&letter.text, &folded))
}

fn ignored(reason: Ignored, evidence: Vec<Evidence>) -> Verdict {
    Verdict {
        disposition: Disposition::Ignored(reason),
        class: None,
        topic: String::new(),
        urgent: false,
        ambiguous: false,
        doubtful: false,
        needs_staff: false,
        second: None,
        rules: evidence,
        passed: Vec::new(),
        template: None,
        marks: Vec::new(),
    }
}

fn from_line(letter: &Letter) -> String {
    let lines: Vec<String> =
        letter.from.iter().map(|person| format!("{} <{}>", person.name, person.address)).collect();
    Folded::new(&lines.join(" ")).text().to_owned()
}

/// Whether the letter's ids name a mail of one of our domains.
fn names_ours(letter: &Letter, desk: &Desk) -> bool {
    letter.answers().any(|id| desk.domains.contains(&id.domain()))
}

/// Whether a subject opens with a reply mark of some mail program.
fn is_reply(subject: &Folded) -> bool {
    const REPLY: [&str; 9] = ["re:", "re :", "re[", "aw:", "odp:", "回复:", "答复:", "回覆:", "返信:"];
    let subject = subject.text().trim_start();
    REPLY.iter().any(|prefix| subject.starts_with(prefix))
}

/// Whether somebody forwards a mail with words of their own above it.
fn forwards(letter: &Letter, subject: &Folded, parts: &Parts) -> bool {
    const FORWARD: [&str; 7] = ["fwd:", "fw:", "pd:", "转发:", "轉寄:", "転送:", "tr:"];
    let marked = FORWARD.iter().any(|prefix| subject.text().trim_start().starts_with(prefix));
    let words = || parts.own_text(&letter.text).chars().filter(|c| c.is_alphanumeric()).take(8).count();
    marked && !parts.quote.is_empty() && words() >= 8
}

/// The writer's own words: the free fields of a form, else everything own that is no label or its value.
fn own_words(letter: &Letter, parts: &Parts, form: &Form) -> Vec<Span> {
    if form.is_form() {
        let mut words: Vec<Span> = form
            .fields
            .iter()
            .filter(|field| {
                matches!(field.kind, Some(LabelKind::Content | LabelKind::Remark | LabelKind::Subject))
            })
            .map(|field| field.value)
            .collect();
        // A footer below the last field is no answer of the writer.
        for span in &mut words {
            for signature in &parts.signature {
                if span.start < signature.start && signature.start < span.end {
                    span.end = signature.start;
                }
            }
        }
        words.retain(|span| span.start < span.end);
        if !words.is_empty() || form.of(LabelKind::Content).next().is_some() {
            return words;
        }
    }
    // Own lines without the lines of fields.
    let mut words = Vec::new();
    for own in &parts.own {
        let mut at = own.start;
        for field in &form.fields {
            if field.kind.is_none_or(|kind| matches!(kind, LabelKind::Content | LabelKind::Remark)) {
                continue;
            }
            let start = line_start(&letter.text, field.label.start);
            let end = line_end(&letter.text, field.value.end.max(field.label.end));
            if start >= at && end <= own.end {
                words.push(Span { start: at, end: start });
                at = end;
            }
        }
        words.push(Span { start: at, end: own.end });
    }
    words.retain(|span| span.start < span.end);
    words
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| at + newline + 1)
}

/// Dates and times of the letter: the writer's words and the form's time fields, in the order of the text. A mail
/// without a `Date` has none, because nothing could be resolved against it.
fn dates(sheet: &Sheet<'_>, follow_up: bool, offered: &[Offered]) -> Vec<Wish> {
    let Some(sent) = sheet.letter.sent else { return Vec::new() };
    let anchor =
        Anchor { sent: sent.to_zoned(sheet.desk.zone.clone()).datetime(), opening: sheet.desk.opening };
    let mut passages: Vec<Passage<'_>> =
        sheet.words.iter().map(|span| Passage { span: *span, label: None }).collect();
    for field in sheet.form.of(LabelKind::When) {
        passages.push(Passage { span: field.value, label: Some(sheet.text(field.label)) });
    }
    passages.sort_by_key(|passage| passage.span.start);
    // A new matter answers nothing, whatever else the customer has open.
    let offered = if follow_up { offered } else { &[] };
    let wishes = when::answer(&sheet.letter.text, &passages, &anchor, sheet.rules.when(), offered);
    // People write the slot into the subject, too; a thread's subject is older than the mail.
    if !wishes.is_empty() || follow_up || sheet.form.is_form() {
        return wishes;
    }
    let whole = Span { start: 0, end: sheet.letter.subject.len() };
    let passage = Passage { span: whole, label: None };
    let mut wishes = when::read(&sheet.letter.subject, &[passage], &anchor, sheet.rules.when());
    for wish in &mut wishes {
        wish.source = Source::Subject;
    }
    wishes
}

/// What the grammar took for wishes plays another part, as the whole mail shows.
fn reassign(wishes: &mut [Wish], role: Role, which: impl Fn(&Wish) -> bool) {
    for wish in wishes.iter_mut().filter(|wish| wish.role == Role::Wish && which(wish)) {
        (wish.role, wish.choice) = (role, 1);
    }
}

/// Language of most of the writer's text, by letters and, within one script, by frequent words.
fn language(letter: &Letter, words: &[Span], rules: &Rulebook) -> &'static str {
    let own: Vec<&str> = words.iter().filter_map(|span| letter.text.get(span.start..span.end)).collect();
    language_of(&own, rules)
        .or_else(|| language_of(&[&letter.text], rules))
        .or_else(|| language_of(&[&letter.subject], rules))
        .unwrap_or("ja")
}

/// The letters that Polish has of its own.
const POLISH: [char; 16] = ['ą', 'ę', 'ł', 'ń', 'ś', 'ź', 'ż', 'ć', 'Ą', 'Ę', 'Ł', 'Ń', 'Ś', 'Ź', 'Ż', 'Ć'];

fn language_of(pieces: &[&str], rules: &Rulebook) -> Option<&'static str> {
    let (mut kana, mut han, mut latin, mut polish) = (0_usize, 0_usize, 0_usize, 0_usize);
    for piece in pieces {
        let mut rest = piece.as_bytes();
        // By the first bytes of each character (UTF-8): nearly all are told apart without being put together.
        loop {
            let (count, behind) = match rest {
                [b'a'..=b'z' | b'A'..=b'Z', behind @ ..] => (Some(&mut latin), behind),
                [0..=0x7f, behind @ ..] => (None, behind),
                // U+3041 to U+30FA.
                [0xe3, 0x81, 0x81..=0xbf, behind @ ..]
                | [0xe3, 0x82, _, behind @ ..]
                | [0xe3, 0x83, 0x80..=0xba, behind @ ..] => (Some(&mut kana), behind),
                // U+4E00 to U+9FFF.
                [0xe4, 0xb8..=0xbf, _, behind @ ..] | [0xe5..=0xe9, _, _, behind @ ..] => {
                    (Some(&mut han), behind)
                }
                // U+FF66 to U+FF9D.
                [0xef, 0xbd, 0xa6..=0xbf, behind @ ..] | [0xef, 0xbe, 0x80..=0x9d, behind @ ..] => {
                    (Some(&mut kana), behind)
                }
                [0xe0..=0xef, _, _, behind @ ..] | [0xf0..=0xff, _, _, _, behind @ ..] => (None, behind),
                [lead, next, behind @ ..] => {
                    let c = char::from_u32(u32::from(lead & 0x1f) << 6 | u32::from(next & 0x3f));
                    polish += usize::from(c.is_some_and(|c| POLISH.contains(&c)));
                    let letter = c.is_some_and(|c| u32::from(c) < 0x250 && c.is_alphabetic());
                    (letter.then_some(&mut latin), behind)
                }
                [_] | [] => break,
            };
            if let Some(count) = count {
                *count += 1;
            }
            rest = behind;
        }
    }
    if kana + han + latin < 2 {
        return None;
    }
    // A kanji carries about as much as three letters.
    let eastern = (kana + han) * 3 >= latin;
    if eastern && kana > 0 && kana * 10 >= han {
        return Some("ja");
    }
    // Words are looked for only where the letters leave it open.
    let folded = Folded::new(&pieces.concat());
    if eastern {
        let chinese = rules.is_chinese(folded.text());
        return Some(if chinese || (kana == 0 && han >= 4) { "zh" } else { "ja" });
    }
    let (mut pl, mut en) = (polish, 0_usize);
    for word in folded.text().split(|c: char| !c.is_alphabetic()) {
        let [polish, english] = rules.listed([WordList::Polish, WordList::English], word);
        pl += usize::from(polish);
        en += usize::from(english);
    }
    Some(if pl > en { "pl" } else { "en" })
}

/// Letters of the longest text that is only a test.
const TEST: usize = 12;

/// What the workflow needs and the letter does not say, in the order of the evaluation's list.
fn missing(facts: &Facts, topic: Option<&Topic>, hits: &[Hit<'_>]) -> Vec<&'static str> {
    let cue = |cue: Cue| hits.iter().any(|hit| hit.rule.says == Says::Cue(cue));
    let mut missing = Vec::new();
    if facts.name.is_none() {
        missing.push("name");
    }
    if facts.phone.is_none() {
        missing.push("phone");
    }
    if facts.email.is_none() {
        missing.push("email");
    }
    let said = facts
        .content
        .as_ref()
        .map_or(0, |content| content.value.chars().filter(|c| c.is_alphanumeric()).take(TEST + 1).count());
    if facts.wishes.is_empty() && (said == 0 || (said <= TEST && cue(Cue::Test))) {
        missing.push("content");
    }
    let needs = |need: Need| topic.is_some_and(|topic| topic.needs.contains(&need));
    if needs(Need::Version) && facts.version.is_none() && (facts.product.is_none() || cue(Cue::Unsure)) {
        missing.push("version");
    }
    if needs(Need::OrderNo) && facts.order_no.is_none() {
        missing.push("order_no");
    }
    missing
}
