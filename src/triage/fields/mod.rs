//! Who wrote, and how to reach them: the facts of a letter with their places.
//!
//! Order of belief, as the desk works by hand: what was typed into a form field, then the text and its signature,
//! then the sender's header. Our own names, numbers and addresses, and robots', are never the customer's. A fact
//! that is not there is missing, never guessed.

mod given;
mod name;
pub(super) mod notice;
mod phone;
mod plea;

pub(in crate::triage) use phone::japanese;

use std::cell::OnceCell;
use std::sync::LazyLock;

use regex::Regex;

use super::fold::Folded;
use super::form::{Field, Form};
use super::id::Address;
use super::mail::{Correspondent, Letter};
use super::policy::Desk;
use super::rulebook::{Hit, LabelKind, Rulebook, Walk, WordList};
use super::thread::Parts;
use super::verdict::{Facts, Found, Source, Span};

/// Everything the readers of fields look at.
pub(super) struct Sheet<'a> {
    pub(super) letter: &'a Letter,
    pub(super) desk: &'a Desk,
    pub(super) rules: &'a Rulebook,
    pub(super) parts: &'a Parts,
    pub(super) form: &'a Form,
    pub(super) folded: &'a Folded,
    /// Where the words of the rules stand in it.
    pub(super) walk: &'a Walk,
    /// The writer's own words, in the original text.
    pub(super) words: &'a [Span],
    /// The names of shops and desk, folded when first asked for.
    pub(super) ours: &'a OnceCell<Vec<String>>,
}

impl Sheet<'_> {
    /// A piece of the letter's text.
    pub(super) fn text(&self, span: Span) -> &str {
        self.letter.text.get(span.start..span.end).unwrap_or_default()
    }

    /// A value found in the text.
    fn found<T>(&self, value: T, span: Span, rule: impl Into<String>, confidence: u8) -> Found<T> {
        Found {
            value,
            text: self.text(span).to_owned(),
            span,
            source: Source::Text,
            rule: rule.into(),
            confidence,
        }
    }

    /// Own lines and signatures in order: everything but quoted history.
    pub(super) fn unquoted(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = self.parts.own.iter().chain(&self.parts.signature).copied().collect();
        spans.sort_by_key(|span| span.start);
        spans
    }

    /// What shops and desk are called, folded.
    fn ours(&self) -> &[String] {
        let desk = Some(&self.desk.name).filter(|name| !name.is_empty());
        let names = || self.desk.shops.iter().chain(desk).map(|name| Folded::new(name).text().to_owned());
        self.ours.get_or_init(|| names().collect())
    }

    /// Whether an address cannot be a customer's: ours, or one that nobody reads.
    fn is_robot(&self, address: &Address) -> bool {
        let local = address.local().split(['+', '=']).next().unwrap_or_default();
        self.desk.owns(address) || self.rules.lists(WordList::Robot, local)
    }
}

/// Reads every fact but the dates, the language and what is missing.
pub(super) fn read(sheet: &Sheet<'_>, hits: &[Hit<'_>]) -> Facts {
    let (phone, phones) = phone::read(sheet);
    let (others, demands) = plea::read(sheet);
    let product = listed(sheet, LabelKind::Product, &sheet.desk.products, "product")
        .or_else(|| filled(sheet, LabelKind::Product));
    let mut facts = Facts {
        name: name::read(sheet),
        phone,
        phones,
        email: email(sheet, hits),
        content: content(sheet),
        shop: listed(sheet, LabelKind::Shop, &sheet.desk.shops, "shop"),
        order_no: order_no(sheet),
        named: given::other_products(sheet, product.as_ref()),
        product,
        version: version(sheet),
        wishes: Vec::new(),
        notice: None,
        others,
        demands,
        given: Vec::new(),
        tags: given::tags(sheet, hits),
        missing: Vec::new(),
        lang: "",
        channel: Default::default(),
    };
    facts.given = given::read(sheet, &facts);
    facts
}

/// The first filled field of a kind, as typed.
fn filled(sheet: &Sheet<'_>, kind: LabelKind) -> Option<Found<String>> {
    sheet.form.of(kind).find_map(|field| {
        let value = sheet.text(field.value).trim();
        (!value.is_empty() && !is_blank(value))
            .then(|| sheet.found(value.to_owned(), field.value, &field.rule, 95))
    })
}

/// What people and forms write into a field to say that it is empty.
fn is_blank(value: &str) -> bool {
    // Longer than every word for nothing, and letters make it: most values end here.
    let letter = |c: &char| matches!(c, 'ぁ'..='ゖ' | '一'..='\u{9fff}' | 'a'..='z' | 'A'..='Z');
    if value.chars().filter(letter).nth(LONGEST_EMPTY).is_some() {
        return false;
    }
    let folded = Folded::new(value);
    let value =
        folded.text().trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '.' | '*' | '(' | ')'));
    value.is_empty()
        || EMPTY.contains(&value)
        || value.chars().all(|c| matches!(c, 'ー' | '―' | '/' | '〜' | '…' | '・'))
}

/// Characters of the longest of [`EMPTY`].
const LONGEST_EMPTY: usize = 13;

/// Words for "nothing", folded.
const EMPTY: [&str; 48] = [
    "なし",
    "無し",
    "無",
    "ナシ",
    "ありません",
    "特になし",
    "特に無し",
    "特にありません",
    "特にございません",
    "特にない",
    "未入力",
    "未記入",
    "未選択",
    "未設定",
    "未登録",
    "未回答",
    "記入なし",
    "入力なし",
    "回答なし",
    "選択なし",
    "指定なし",
    "指定しない",
    "登録なし",
    "該当なし",
    "空欄",
    "不明",
    "無回答",
    "選択してください",
    "回答しない",
    "none",
    "n/a",
    "na",
    "nil",
    "null",
    "undefined",
    "nan",
    "empty",
    "not provided",
    "not specified",
    "not set",
    "unknown",
    "brak",
    "nie dotyczy",
    "nie podano",
    "无",
    "無記入",
    "没有",
    "未填写",
];

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[a-z0-9._%+/!#$&'*=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}").ok()
});

/// Addresses in a span of the text, with their places in the original.
fn addresses(sheet: &Sheet<'_>, span: Span) -> Vec<(Address, Span)> {
    let inside = sheet.folded.folded(span);
    let text = sheet.folded.text().get(inside.start..inside.end).unwrap_or_default();
    let Some(pattern) = ADDRESS.as_ref() else { return Vec::new() };
    pattern
        .find_iter(text)
        .filter_map(|hit| {
            let raw = hit.as_str().trim_start_matches(['\'', '=', '*', '`', '|', '/']);
            let start = inside.start + hit.end() - raw.len();
            let raw = raw.trim_end_matches(['-', '.']);
            let place = sheet.folded.original(Span { start, end: start + raw.len() });
            Some((Address::parse(raw)?, place))
        })
        .collect()
}

fn email(sheet: &Sheet<'_>, hits: &[Hit<'_>]) -> Option<Found<Address>> {
    asked_for(sheet, hits)
        .or_else(|| typed(sheet))
        .or_else(|| header(sheet, &sheet.letter.reply_to, "header:Reply-To"))
        .or_else(|| header(sheet, &sheet.letter.from, "header:From"))
        .or_else(|| relayed(sheet))
}

/// The form's field. The address that a person signs with does not overrule the header.
fn typed(sheet: &Sheet<'_>) -> Option<Found<Address>> {
    let form = sheet.form.is_form();
    // `From: 山田 <t@example.jp>` in a form holds both.
    let fields = sheet.form.of(LabelKind::Mail).chain(sheet.form.of(LabelKind::Name));
    fields.filter(|field| form && !field.signed).find_map(|field| {
        let (address, place) = addresses(sheet, field.value).into_iter().find(|(a, _)| !sheet.is_robot(a))?;
        Some(sheet.found(address, place, &field.rule, 95))
    })
}

/// An address in the text to which the writer asks the answer to be sent: on the line of the cue or beside it.
fn asked_for(sheet: &Sheet<'_>, hits: &[Hit<'_>]) -> Option<Found<Address>> {
    let cues = hits
        .iter()
        .filter(|hit| hit.rule.says == super::rulebook::Says::Cue(super::rulebook::Cue::AnswerTo))
        .flat_map(|hit| hit.spans().map(move |span| (hit.rule.name.as_str(), span)));
    let near: Vec<(&str, Span)> =
        cues.take(20).map(|(name, span)| (name, sheet.folded.original(span))).collect();
    sheet.words.iter().flat_map(|span| addresses(sheet, *span)).take(20).find_map(|(address, place)| {
        if sheet.is_robot(&address) {
            return None;
        }
        let (name, _) = near.iter().find(|(_, cue)| {
            let (from, to) = (cue.start.min(place.start), cue.end.max(place.end));
            let between = sheet.text(Span { start: from, end: to });
            between.chars().count() < 120 && between.matches('\n').count() <= 2
        })?;
        Some(sheet.found(address, place, format!("cue:{name}"), 85))
    })
}

fn header(sheet: &Sheet<'_>, list: &[Correspondent], rule: &str) -> Option<Found<Address>> {
    list.iter().find_map(|person| {
        let address = Address::parse(&person.address).filter(|a| !sheet.is_robot(a))?;
        Some(Found {
            value: address,
            text: person.address.clone(),
            span: Span::default(),
            source: Source::Header,
            rule: rule.to_owned(),
            confidence: 80,
        })
    })
}

/// Behind a robot's mail without a field: the only address that the text holds.
fn relayed(sheet: &Sheet<'_>) -> Option<Found<Address>> {
    let mut found: Vec<(Address, Span)> = sheet
        .unquoted()
        .into_iter()
        .flat_map(|span| addresses(sheet, span))
        .filter(|(address, _)| !sheet.is_robot(address))
        .collect();
    found.dedup_by(|a, b| a.0 == b.0);
    match found.as_slice() {
        [(address, place)] => Some(sheet.found(address.clone(), *place, "text:address", 60)),
        _ => None,
    }
}

/// The writer's own words in one piece: the content field, or everything own that is no other field.
fn content(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let mut value = String::new();
    let mut place: Option<Span> = None;
    for span in sheet.words {
        let span = super::form::trim(&sheet.letter.text, *span);
        let words = sheet.text(span);
        if words.is_empty() {
            continue;
        }
        if !value.is_empty() {
            value.push('\n');
        }
        value.push_str(words);
        place = Some(Span { start: place.map_or(span.start, |p| p.start), end: span.end });
    }
    let rule =
        sheet.form.of(LabelKind::Content).next().map_or("text:own", |field: &Field| field.rule.as_str());
    place.filter(|_| !is_blank(&value)).map(|span| sheet.found(value, span, rule, 90))
}

/// A configured shop or product: the form's field first, then the writer's words, the longest name first.
fn listed(sheet: &Sheet<'_>, kind: LabelKind, names: &[String], what: &str) -> Option<Found<String>> {
    let fields = sheet.form.of(kind).map(|field| field.value);
    let chat = sheet.form.of(LabelKind::Other).map(|field| field.value);
    let spans: Vec<Span> = fields.chain(sheet.words.iter().copied()).chain(chat).collect();
    let mut sorted: Vec<(&String, Folded)> = names.iter().map(|name| (name, Folded::new(name))).collect();
    sorted.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    spans.into_iter().find_map(|span| {
        let inside = sheet.folded.folded(span);
        let text = sheet.folded.text().get(inside.start..inside.end)?;
        let squeezed: OnceCell<String> = OnceCell::new();
        let squeezed = || squeezed.get_or_init(|| text.split_whitespace().collect());
        sorted.iter().find_map(|(name, folded)| {
            if let Some(at) = text.find(folded.text()) {
                let start = inside.start + at;
                let place = sheet.folded.original(Span { start, end: start + folded.text().len() });
                return Some(sheet.found((*name).clone(), place, format!("{what}:{name}"), 90));
            }
            // No blanks in the text can part a name whose first letter is not there.
            let first = folded.text().trim_start().chars().next();
            if first.is_some_and(|first| !text.contains(first)) {
                return None;
            }
            let bare: String = folded.text().split_whitespace().collect();
            squeezed()
                .contains(&bare)
                .then(|| sheet.found((*name).clone(), span, format!("{what}:{name}"), 80))
        })
    })
}

static ORDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:注文|受注|オーダー|订单|訂單|order|zam[oó]wieni\w*)[^0-9a-z\n]{0,3}(?:番号|号|number|no\.?|nr|id|#|numer)?[^0-9a-z\n]{0,4}([a-z]{0,4}-?[0-9][0-9a-z-]{3,24})").ok()
});

fn order_no(sheet: &Sheet<'_>) -> Option<Found<String>> {
    filled(sheet, LabelKind::Order).or_else(|| pattern(sheet, ORDER.as_ref()?, "text:order", 80))
}

static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:バージョン|ヴァージョン|version|ver\.?|wersj[aię]|版本|\bv)[^0-9a-z\n]{0,4}([0-9]{1,4}(?:\.[0-9a-z]{1,5}){0,3})").ok()
});

fn version(sheet: &Sheet<'_>) -> Option<Found<String>> {
    filled(sheet, LabelKind::Version).or_else(|| pattern(sheet, VERSION.as_ref()?, "text:version", 75))
}

/// First group of a pattern. To see that it is nowhere costs far less than to see where its group is.
fn captured<'t>(pattern: &Regex, text: &'t str) -> Option<regex::Match<'t>> {
    let hit = pattern.find(text)?;
    pattern.captures_at(text, hit.start())?.get(1)
}

/// First group of a pattern in the writer's words or the subject.
fn pattern(sheet: &Sheet<'_>, pattern: &Regex, rule: &str, confidence: u8) -> Option<Found<String>> {
    let in_text = sheet.words.iter().find_map(|span| {
        let inside = sheet.folded.folded(*span);
        let text = sheet.folded.text().get(inside.start..inside.end)?;
        let hit = captured(pattern, text)?;
        let place =
            sheet.folded.original(Span { start: inside.start + hit.start(), end: inside.start + hit.end() });
        Some(sheet.found(sheet.text(place).to_owned(), place, rule, confidence))
    });
    in_text.or_else(|| {
        let subject = Folded::new(&sheet.letter.subject);
        let hit = captured(pattern, subject.text())?;
        let span = subject.original(Span { start: hit.start(), end: hit.end() });
        let text = sheet.letter.subject.get(span.start..span.end)?.to_owned();
        Some(Found {
            value: text.clone(),
            text,
            span,
            source: Source::Subject,
            rule: rule.to_owned(),
            confidence,
        })
    })
}
