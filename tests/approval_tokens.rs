//! Tokens that nobody made: a million of them, none accepted; and other people's mails as answers, with and without a genuine
//! token: none decides.
//!
//! Seeded, so that a failure comes again. The forger has every genuine token of the desk and does not have its key.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot set itself up should stop at once"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::date;
use madoguchi::answer::{Heard, Request, Room, hear};
use madoguchi::mime;
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::rehearsal;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, Revision};

const NOW: &str = "2026-08-29T01:30:00Z";
const DIGITS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of other alphabets, other widths and other shapes that look like digits of a token.
const LOOK_ALIKES: [char; 16] =
    ['０', 'Ａ', 'А', 'В', 'Е', 'К', 'М', 'Н', 'Р', 'С', 'Т', 'Х', '１', 'Ο', 'ß', '\u{200b}'];

/// Chance that comes again: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }
}

/// A desk with open requests of several cases, revisions and agents.
struct World {
    ring: Keyring,
    agents: Vec<Address>,
    contents: BTreeMap<(CaseId, u32), Content>,
    /// Every genuine token, whose it is, and whether it decides.
    genuine: Vec<(Token, Address, bool)>,
}

impl World {
    fn new() -> Self {
        let ring = Keyring::new(Secret::new("tokens".to_owned()), None);
        let agents: Vec<Address> = ["sato@corp.test", "sato@corp.tes", "suzuki@corp.test", "SATO2@corp.test"]
            .iter()
            .map(|address| Address::parse(address).unwrap())
            .collect();
        let mut contents = BTreeMap::new();
        let mut genuine = Vec::new();
        for byte in 1..=4 {
            let case = CaseId::of(Fingerprint::new([byte; 16]));
            for revision in [1, 2, 33] {
                // The same words in every case and revision: nothing but the token tells them apart.
                let content = Content::of(&Address::parse("c@example.com").unwrap(), "s", "b");
                contents.insert((case.clone(), revision), content);
                for agent in &agents {
                    for hours in [1, 24] {
                        let expires =
                            NOW.parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_hours(hours);
                        for (content, decides) in [(content, true), (content.for_check(None), false)] {
                            let number = Revision::new(revision).unwrap();
                            let token = ring.issue(&case, number, content, agent, expires);
                            genuine.push((token, agent.clone(), decides));
                        }
                    }
                }
            }
        }
        Self { ring, agents, contents, genuine }
    }

    /// Whether a written token decides anything for an agent, exactly as an answer with it is judged.
    fn accepts(&self, written: &str, agent: &Address, now: Timestamp) -> Option<Token> {
        let token = Token::parse(written)?;
        let content = self.contents.get(&(token.case().clone(), token.revision().number()))?;
        self.ring.right(&token, *content, 0, agent, now).ok().map(|_| token)
    }
}

/// One change of a genuine token, and what kind it is.
fn mutated(world: &World, chance: &mut Chance) -> (usize, String, Address) {
    let (token, owner, _) = &world.genuine[chance.below(world.genuine.len())];
    let text = token.to_string();
    let (other, ..) = &world.genuine[chance.below(world.genuine.len())];
    let other = other.to_string();
    let parts: Vec<&str> = text.split('-').collect();
    let theirs: Vec<&str> = other.split('-').collect();
    let mut letters: Vec<char> = text.chars().collect();
    let at = chance.below(letters.len());
    let kind = chance.below(12);
    let stranger = world.agents[chance.below(world.agents.len())].clone();
    let mut agent = owner.clone();
    let changed = match kind {
        // One digit, anywhere: case, revision, hour or proof.
        0 | 1 => {
            letters[at] = char::from(DIGITS[chance.below(DIGITS.len())]);
            letters.into_iter().collect()
        }
        // One bit of one byte, whatever comes of it.
        2 => {
            let mut bytes = text.into_bytes();
            bytes[at] ^= 1 << chance.below(7);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        // Several digits.
        3 => {
            for _ in 0..1 + chance.below(6) {
                let at = chance.below(letters.len());
                letters[at] = char::from(DIGITS[chance.below(DIGITS.len())]);
            }
            letters.into_iter().collect()
        }
        // Cut off, and one too many.
        4 => letters.into_iter().take(at).collect(),
        5 => {
            letters.insert(at, char::from(DIGITS[chance.below(DIGITS.len())]));
            letters.into_iter().collect()
        }
        // Somebody else's, in whatever case it is written.
        6 => {
            agent = stranger;
            if at.is_multiple_of(2) { text.to_lowercase() } else { text }
        }
        // The case, the revision, or hour and proof of another token.
        7 => format!("{}-{}-{}", theirs[0], parts[1], parts[2]),
        8 => format!("{}-{}-{}", parts[0], theirs[1], parts[2]),
        // The hour of another token, or an hour of one's own.
        9 => format!("{}-{}-{}{}", parts[0], parts[1], &theirs[2][..5], &parts[2][5..]),
        // Two digits in each other's place.
        10 => {
            let with = chance.below(letters.len());
            letters.swap(at, with);
            letters.into_iter().collect()
        }
        // Letters that look alike.
        _ => {
            letters[at] = LOOK_ALIKES[chance.below(LOOK_ALIKES.len())];
            letters.into_iter().collect()
        }
    };
    (kind, changed, agent)
}

#[test]
fn none_of_a_million_mutated_tokens_is_accepted() {
    const TRIES: u64 = 1_000_000;
    let world = World::new();
    let now: Timestamp = NOW.parse().unwrap();
    let genuine: BTreeSet<(&Token, &Address)> =
        world.genuine.iter().map(|(token, owner, _)| (token, owner)).collect();
    // Two threads, each with its own chance: the numbers come again all the same.
    let counted: Vec<(u64, u64, u64)> = std::thread::scope(|scope| {
        let each = |seed: u64| {
            let (world, genuine) = (&world, &genuine);
            scope.spawn(move || {
                let mut chance = Chance(seed);
                let (mut tried, mut read, mut drawn) = (0_u64, 0_u64, 0_u64);
                while tried < TRIES / 2 {
                    let (kind, text, agent) = mutated(world, &mut chance);
                    drawn += 1;
                    // A change that changes nothing, or leads to another genuine token of the same agent, forges nothing.
                    let token = Token::parse(&text);
                    if token.as_ref().is_some_and(|token| genuine.contains(&(token, &agent))) {
                        continue;
                    }
                    tried += 1;
                    read += u64::from(token.is_some());
                    assert_eq!(world.accepts(&text, &agent, now), None, "change {kind}: {text} for {agent}");
                }
                (tried, read, drawn)
            })
        };
        let (one, two) = (each(1), each(2));
        [one, two].map(|thread| thread.join().unwrap()).into()
    });
    let sum = |of: fn(&(u64, u64, u64)) -> u64| counted.iter().map(of).sum::<u64>();
    let (tried, read, drawn) = (sum(|c| c.0), sum(|c| c.1), sum(|c| c.2));
    println!("{tried} forged, {read} of them well written, 0 accepted; {drawn} drawn");
    assert!(tried == TRIES && read > TRIES / 4);
}

/// The genuine ones are: once, and in either case; when they are used up, they decide nothing however often they come.
#[test]
fn a_genuine_token_decides_once_and_its_replays_never() {
    let world = World::new();
    let now: Timestamp = NOW.parse().unwrap();
    let (mut decided, mut late) = (0, 0);
    for (token, owner, decides) in &world.genuine {
        for text in [token.to_string(), token.to_string().to_lowercase()] {
            assert_eq!(world.accepts(&text, owner, now).as_ref(), Some(token));
        }
        let expired = now + jiff::SignedDuration::from_hours(25);
        assert_eq!(world.accepts(&token.to_string(), owner, expired), None);
        for settled in [false, true, true, true] {
            match answer(&world, owner, token, settled) {
                Heard::Command { command, .. } if *decides => {
                    assert!(!settled, "a replay decides");
                    assert_eq!(command.word(), "承認");
                    decided += 1;
                }
                // A colleague's word decides nothing at any time.
                Heard::Command { command, .. } => assert_eq!(command.word(), "回答"),
                Heard::Late { .. } => late += 1,
                heard => panic!("{heard:?}"),
            }
        }
    }
    let tokens = world.genuine.iter().filter(|(_, _, decides)| *decides).count();
    println!("{decided} of {tokens} tokens decided once; {late} replays, 0 decided");
    assert_eq!((decided, late), (tokens, tokens * 3));
}

fn answer(world: &World, agent: &Address, token: &Token, settled: bool) -> Heard {
    let to = token.plus_address(&Address::parse("desk@corp.test").unwrap()).unwrap();
    heard(world, &format!("From: {agent}\r\nTo: {to}\r\nSubject: OK\r\n\r\nOK\r\n").into_bytes(), settled)
}

fn heard(world: &World, raw: &[u8], settled: bool) -> Heard {
    let letter = mime::letter(raw).unwrap();
    let room = Room {
        agents: &world.agents,
        staff: &[],
        ring: &world.ring,
        now: NOW.parse().unwrap(),
        today: date(2026, 8, 29),
    };
    let request = |token: &Token| {
        let content = world.contents.get(&(token.case().clone(), token.revision().number()))?;
        Some(Request { content: Some(*content), checks: 0, pieces: vec![], settled, day: false })
    };
    hear(&letter, raw, room, &rehearsal(), request)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

/// Other people's mails in the place of an answer: as they are, from an agent with a genuine token in the address, in the ids,
/// quoted below and quoted above. No domain refuses here; the text alone must not decide.
#[test]
fn nobody_elses_mail_decides_whatever_token_it_carries() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/hostile");
    let mut found = Vec::new();
    files(&folder, &mut found);
    if found.is_empty() {
        println!("skipped: no corpus beside the checkout");
        return;
    }
    let world = World::new();
    let (token, agent, _) = world.genuine.iter().find(|(_, _, decides)| *decides).unwrap();
    let plus = token.plus_address(&Address::parse("desk@corp.test").unwrap()).unwrap();
    let ask = token.message_id("corp.test").unwrap();
    let (mut mails, mut reports, mut answers) = (0, 0, 0);
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for file in &found {
        let raw = std::fs::read(file).unwrap();
        let end = raw.windows(2).position(|pair| pair == b"\n\n").map(|at| at + 2);
        let end = end.or_else(|| raw.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4));
        let (head, body) = raw.split_at(end.unwrap_or(0));
        // The same mail as the agent's own, its other fields untouched.
        let kept: Vec<u8> = without(head, &["from", "to", "cc", "in-reply-to", "references", "delivered-to"]);
        let own = |fields: &str, above: &str, below: &str| {
            let mut mail = format!("From: {agent}\n{fields}").into_bytes();
            mail.extend_from_slice(&kept);
            mail.extend_from_slice(above.as_bytes());
            mail.extend_from_slice(body);
            mail.extend_from_slice(below.as_bytes());
            mail
        };
        let quote = format!("\n> token: {token}\n");
        let variants = [
            raw.clone(),
            own(&format!("To: {plus}\n"), "", ""),
            own(&format!("To: desk@corp.test\nIn-Reply-To: {ask}\n"), "", ""),
            own("To: desk@corp.test\n", "", &quote),
            own("To: desk@corp.test\n", &quote, ""),
        ];
        for (number, mail) in variants.iter().enumerate() {
            // The library's own assertions fire on some of these in a debug build; `mime` guards against that.
            if mime::letter(mail).is_err() {
                continue;
            }
            let heard = heard(&world, mail, false);
            if number == 0 {
                mails += 1;
                reports += u32::from(mime::letter(mail).unwrap().report.is_some());
            } else {
                answers += 1;
            }
            let kind = match heard {
                Heard::Complaint { command: Some(command), .. } | Heard::Command { command, .. } => {
                    panic!("{} {number} says {}", file.display(), command.word())
                }
                Heard::Machine(_) => "machine",
                Heard::Away { .. } => "away",
                Heard::Day { .. } => "day",
                Heard::Alarm(_) => "refused",
                Heard::Wait { .. } => "waits",
                Heard::Late { .. } | Heard::Expired { .. } | Heard::Complaint { command: None, .. } => "late",
                Heard::Ask { .. } => "asked back",
            };
            *kinds.entry(kind).or_default() += 1;
        }
    }
    println!("{mails} mails ({reports} reports), {answers} answers made of them: {kinds:?}, 0 decisions");
}

/// A header without some fields and their continuations.
fn without(head: &[u8], names: &[&str]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut dropped = false;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
            dropped = names.iter().any(|dropped| name.eq_ignore_ascii_case(dropped.as_bytes()));
        }
        if !dropped {
            kept.extend_from_slice(line);
        }
    }
    kept
}
