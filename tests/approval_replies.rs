//! Replies as mail programs write them: whatever a program adds in whatever language, the one command is heard and a new
//! text arrives without a line of it.
//!
//! Every program, language and command is put together here by hand from what the programs do; each mail goes through all
//! locks. The quoted request holds the words that commands are made of, and the token.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot set itself up should stop at once"
)]

use jiff::civil::date;
use madoguchi::answer::{Heard, Request, Room, Why, hear};
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::{Unclear, rehearsal};
use madoguchi::triage::command::Command;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, Revision};

#[path = "support/replies.rs"]
mod replies;

use replies::{LANGUAGES, Language, PROGRAMS, Program, reply};

struct World {
    ring: Keyring,
    agent: Address,
    content: Content,
    token: Token,
}

impl World {
    fn new() -> Self {
        let ring = Keyring::new(Secret::new("replies".to_owned()), None);
        let agent = Address::parse("sato@corp.test").unwrap();
        let content = Content::of(&Address::parse("c@example.com").unwrap(), "s", "b");
        let case = CaseId::of(Fingerprint::new([3; 16]));
        let token =
            ring.issue(&case, Revision::FIRST, content, &agent, "2026-11-24T00:00:00Z".parse().unwrap());
        Self { ring, agent, content, token }
    }

    fn hear(&self, raw: &str) -> Heard {
        let raw = raw.replace('\n', "\r\n");
        let letter = madoguchi::mime::letter(raw.as_bytes()).unwrap();
        let now = "2026-11-22T01:20:00Z".parse().unwrap();
        let agents = std::slice::from_ref(&self.agent);
        let room = Room { agents, staff: &[], ring: &self.ring, now, today: date(2026, 11, 22) };
        let request = |_: &Token| {
            Some(Request {
                content: Some(self.content),
                checks: 0,
                pieces: vec![],
                settled: false,
                day: false,
            })
        };
        hear(&letter, raw.as_bytes(), room, &rehearsal(), request)
    }
}

const JA_TEXT: &str =
    "山田様\n\nお問い合わせありがとうございます。\n8月28日 14:00で承りました。\n\nお待ちしております。";
const EN_TEXT: &str =
    "Dear Mr Yamada,\n\nthank you for your mail.\nWe expect you on 28 August at 14:00.\n\nSee you soon!";
const DE_TEXT: &str =
    "Sehr geehrter Herr Yamada,\n\nvielen Dank für Ihre Anfrage.\nIhr Termin: 28. August, 14:00 Uhr.";
const PL_TEXT: &str = "Szanowny Panie Yamada,\n\ndziękujemy za wiadomość.\nZapraszamy 28 sierpnia o 14:00.";

/// What is typed in a language, and what it is.
fn said(language: Language) -> [(String, Command); 3] {
    let (ok, no, reason, change, text) = match language {
        Language::Japanese => ("承認します。", "却下 ", "料金が違います", "修正", JA_TEXT),
        Language::English => ("OK", "REJECT ", "wrong price", "EDIT", EN_TEXT),
        Language::German => ("OK", "REJECT: ", "falscher Preis", "EDIT", DE_TEXT),
        Language::Polish => ("Zatwierdzam", "Odrzucam: ", "zła cena", "Popraw", PL_TEXT),
    };
    [
        (ok.to_owned(), Command::Approve),
        (format!("{no}{reason}"), Command::Reject { reason: reason.to_owned() }),
        (format!("{change}\n{text}"), Command::Edit { text: text.to_owned() }),
    ]
}

#[test]
fn every_program_in_every_language() {
    let world = World::new();
    let (mut seen, mut wrong) = (0, Vec::new());
    for program in PROGRAMS {
        for language in LANGUAGES {
            for signature in [false, true] {
                for (typed, expected) in said(language) {
                    seen += 1;
                    let raw = reply(program, language, &typed, signature, &world.token.to_string());
                    match world.hear(&raw) {
                        Heard::Command { command, .. } if command == expected => {}
                        heard => wrong
                            .push(format!("{program:?} {language:?} {signature} {expected:?}: {heard:?}")),
                    }
                }
            }
        }
    }
    println!("{seen} replies");
    assert!(seen >= 200);
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_says_more_is_asked_about_in_every_program() {
    let world = World::new();
    let mut wrong = Vec::new();
    for program in PROGRAMS {
        for language in LANGUAGES {
            let (more, unsaid) = match language {
                Language::Japanese => ("承認します。\n\n10時を11時に直してください。", "承認しません。"),
                Language::English => ("OK\n\nbut change 10:00 to 11:00", "Don't approve this."),
                Language::German => ("OK\n\naber erst um 11 Uhr", "Nicht OK"),
                Language::Polish => ("Zatwierdzam\n\nale o 11:00", "Nie zatwierdzam"),
            };
            for typed in [more, unsaid] {
                let raw = reply(program, language, typed, true, &world.token.to_string());
                match world.hear(&raw) {
                    Heard::Ask { why: Why::Unclear(_), .. } => {}
                    heard => wrong.push(format!("{program:?} {language:?} {typed:?}: {heard:?}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words typed between the lines of the quote decide nothing, and the transcript can say why.
#[test]
fn words_between_quoted_lines_are_named() {
    let world = World::new();
    let token = world.token.to_string();
    for program in [Program::ThunderbirdTop, Program::AppleMac, Program::GmailWeb] {
        let raw = reply(program, Language::English, "OK", false, &token);
        let plain = raw.split("Content-Type: text/html").next().unwrap();
        let (head, body) = plain.split_once("\n\n").unwrap();
        let body = match body.split_once("Content-Type: text/plain") {
            Some((_, body)) => body.split_once("\n\n").unwrap().1.split("\n--b").next().unwrap(),
            None => body,
        };
        let head: Vec<&str> = head.lines().filter(|line| !line.starts_with("Content-Type")).collect();
        let cut = body.find("\n> Draft").unwrap();
        let (above, below) = body.split_at(cut);
        let raw = format!(
            "{}\nContent-Type: text/plain; charset=utf-8\n\n{above}\nNot at ten.{below}\n",
            head.join("\n")
        );
        let heard = world.hear(&raw);
        let why = Why::Unclear(Unclear::BetweenQuotes);
        assert!(matches!(&heard, Heard::Ask { why: asked, .. } if *asked == why), "{program:?} {heard:?}");
    }
}

/// A new text comes without the line breaks that programs make: Gmail's in the plain part, Thunderbird's and Apple's soft ones.
#[test]
fn a_new_text_keeps_its_own_line_breaks_and_no_others() {
    let world = World::new();
    let token = &world.token;
    let head = format!(
        "From: Sato <sato@corp.test>\nTo: desk@corp.test\nSubject: Re: D-1\nIn-Reply-To: <ask.{token}@corp.test>\nMIME-Version: 1.0\n"
    );
    let text = "Dear Mr Yamada,\n\nthank you for your mail, we expect you on 28 August at 14:00 in our shop in Shinjuku.\n\nSee you soon!";
    let ja = "山田様\n\n8月28日14:00で承りました。\nお待ちしております。";
    let wrapped = text.replace("August at", "August at\n").replace("at\n ", "at\n");
    let html: String = text
        .lines()
        .map(|line| if line.is_empty() { "<div><br></div>".to_owned() } else { format!("<div>{line}</div>") })
        .collect();
    for (what, mail, expected) in [
        (
            "Gmail",
            format!(
                "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nEDIT\n{wrapped}\n\n\
                 On Sun, Nov 22, 2026 at 10:15 AM Desk <desk@corp.test> wrote:\n\n> OK\n\n--b\nContent-Type: text/html; charset=utf-8\n\n\
                 <div dir=\"ltr\"><div>EDIT</div>{html}</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Sun, Nov 22, 2026 at \
                 10:15 AM Desk &lt;desk@corp.test&gt; wrote:<br></div><blockquote>OK</blockquote></div>\n--b--\n"
            ),
            text,
        ),
        (
            "Thunderbird",
            format!(
                "Content-Type: text/plain; charset=UTF-8; format=flowed\n\nEDIT\n{}\n\nOn 11/22/26 10:15 AM, Desk wrote:\n> OK \n> NG\n",
                text.replace("August at", "August at \n").replace("at \n ", "at \n")
            ),
            text,
        ),
        (
            "Apple Mail",
            "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\nContent-Transfer-Encoding: 8bit\n\n修正\n\
             山田様\n\n8月28日14: \n00で承りました。\nお待ちし \nております。\n\n> OK\n"
                .to_owned(),
            ja,
        ),
    ] {
        let heard = world.hear(&format!("{head}{mail}"));
        let is_it = matches!(&heard, Heard::Command { command: Command::Edit { text }, .. } if text == expected);
        assert!(is_it, "{what}: {heard:?}");
    }
}
