//! What can be seen of a letter without reading it: whose address it carries, where its links lead, whose form it
//! repeats.
//!
//! Only looks; what a shape speaks for, and how much, stands in the rules. Linear in the text.

use std::borrow::Cow;

use super::from_us;
use crate::triage::fold::Folded;
use crate::triage::form::{Field, Form};
use crate::triage::id::Address;
use crate::triage::mail::Letter;
use crate::triage::policy::Desk;
use crate::triage::rulebook::{LabelKind, Rulebook, Shape, WordList};
use crate::triage::verdict::Span;

/// Links of a text that are looked at; a hostile mail can hold very many.
const MOST_LINKS: usize = 200;
/// Lines that open a mail: whom it speaks to.
const OPENING: usize = 3;
/// Letters and digits of the shortest text that says something.
const WORDED: usize = 16;
/// A longer line is no salutation and no signature.
const LONGEST: usize = 90;

/// What is seen of a letter. `unquoted`: what of its text is no history; `thread`: it stands in a thread of ours.
pub(in crate::triage) fn shapes(
    letter: &Letter,
    folded: &Folded,
    desk: &Desk,
    rules: &Rulebook,
    form: &Form,
    unquoted: &[Span],
    thread: bool,
) -> Vec<Shape> {
    // Most mails quote nothing: their text is folded already.
    let whole = unquoted.iter().map(|span| span.end - span.start).sum::<usize>() == letter.text.len();
    let kept = || unquoted.iter().filter_map(|span| letter.text.get(span.start..span.end)).collect();
    let text: Cow<'_, str> = if whole { Cow::Borrowed(&letter.text) } else { Cow::Owned(kept()) };
    let folded = if whole { Cow::Borrowed(folded) } else { Cow::Owned(Folded::new(&text)) };
    let links = links(folded.text());
    let addresses: Vec<Address> =
        letter.from.iter().filter_map(|person| Address::parse(&person.address)).collect();
    let ours = from_us(letter, desk);
    let strange: Vec<&Link<'_>> = links.iter().filter(|link| !of_us(link.host, desk)).collect();
    let far = |link: &&Link<'_>| !addresses.iter().any(|from| site(from.domain()) == site(link.host));
    let short = |line: &&str| !line.is_empty() && line.len() <= LONGEST;
    let lines = || folded.text().lines().map(str::trim).filter(short);
    let opening: Vec<&str> = lines().take(OPENING).collect();
    let named = |words: &str| desk.domains.iter().any(|domain| words.contains(domain.as_str()));
    let under_our_name = letter.from.iter().any(|person| named(&person.name.to_lowercase()))
        || lines().next_back().is_some_and(|line| named(line) && !line.contains('@'));
    let to_address = |line: &&str| desk.addresses.iter().any(|address| line.contains(address.as_str()));
    let to_shop = |line: &&str| desk.shops.iter().any(|shop| line.contains(shop.as_str()));
    let hosts = addresses.iter().map(Address::domain).chain(strange.iter().map(|link| link.host));
    let robot = |address: &Address| rules.lists(WordList::Robot, address.local());
    let office = |address: &Address| {
        let first = address.local().split(['-', '_', '.', '+']).next().unwrap_or_default();
        rules.lists(WordList::Office, first) || rules.lists(WordList::Robot, first)
    };
    let seen = [
        (Shape::Thread, thread),
        (Shape::Worded, text.chars().filter(|c| c.is_alphanumeric()).take(WORDED).count() == WORDED),
        (Shape::Link, !links.is_empty()),
        (Shape::Links, links.len() >= 3),
        (Shape::PlainLink, strange.iter().any(|link| link.plain)),
        (Shape::FarLink, strange.iter().any(far)),
        (Shape::OddHost, hosts.into_iter().any(odd)),
        (Shape::ClaimsUs, !ours && under_our_name),
        (Shape::OurAddress, !ours && opening.iter().any(to_address)),
        (Shape::OurShop, opening.iter().any(to_shop)),
        (Shape::OurEntry, !ours && form.fields.iter().any(|field| filled_by_us(letter, desk, field))),
        (Shape::Robot, addresses.iter().any(robot)),
        (Shape::Office, addresses.iter().any(|from| robot(from) || office(from))),
    ];
    seen.into_iter().filter(|(_, holds)| *holds).map(|(shape, _)| shape).collect()
}

/// A link of a folded text.
struct Link<'a> {
    host: &'a str,
    /// Without encryption.
    plain: bool,
}

fn links(text: &str) -> Vec<Link<'_>> {
    let after = |(at, scheme): (usize, &str)| text.get(at + scheme.len()..);
    let link = |rest: &'_ str| -> Option<(usize, usize, bool)> {
        let (plain, skip) = match () {
            () if rest.starts_with("://") => (true, 3),
            () if rest.starts_with("s://") => (false, 4),
            () => return None,
        };
        let host = rest.get(skip..)?;
        let end = host.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
        Some((skip, skip + end.unwrap_or(host.len()), plain))
    };
    text.match_indices("http")
        .take(MOST_LINKS)
        .filter_map(after)
        .filter_map(|rest| {
            let (start, end, plain) = link(rest)?;
            let host = rest.get(start..end)?.trim_end_matches('.');
            host.contains('.').then_some(Link { host, plain })
        })
        .collect()
}

fn of_us(host: &str, desk: &Desk) -> bool {
    desk.domains.iter().any(|domain| {
        host.strip_suffix(domain.as_str()).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

/// The last two names of a host: near enough to tell one owner from another.
fn site(host: &str) -> &str {
    let dot = host.rmatch_indices('.').nth(1);
    dot.and_then(|(at, _)| host.get(at + 1..)).unwrap_or(host)
}

/// Digits behind letters in the name that was registered: such names are made by the dozen.
fn odd(host: &str) -> bool {
    let name = site(host).split('.').next().unwrap_or_default();
    name.chars().next().is_some_and(char::is_alphabetic) && name.ends_with(|c: char| c.is_ascii_digit())
}

/// A field that holds our address, number, or shop where a customer's would stand.
fn filled_by_us(letter: &Letter, desk: &Desk, field: &Field) -> bool {
    let value = letter.text.get(field.value.start..field.value.end).unwrap_or_default();
    let folded = Folded::new(value);
    let value = folded.text();
    match field.kind {
        Some(LabelKind::Mail) => {
            value.split_whitespace().filter_map(Address::parse).any(|address| desk.owns(&address))
        }
        Some(LabelKind::Phone) => {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            desk.phones.contains(&digits)
        }
        Some(LabelKind::Name | LabelKind::Company) => {
            let known = |name: &str| name.chars().count() > 2 && value.contains(name);
            known(&desk.name) || desk.shops.iter().any(|shop| known(shop))
        }
        Some(
            LabelKind::Family
            | LabelKind::Given
            | LabelKind::Kana
            | LabelKind::Fax
            | LabelKind::Content
            | LabelKind::Remark
            | LabelKind::Subject
            | LabelKind::When
            | LabelKind::Shop
            | LabelKind::Order
            | LabelKind::Product
            | LabelKind::Version
            | LabelKind::Received
            | LabelKind::Other,
        )
        | None => false,
    }
}
