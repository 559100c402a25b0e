//! A desk, the shipped rules, and mails in every dress, for whoever reads mails without a server. Everybody and
//! every firm in them is invented; addresses use reserved names.

#![allow(dead_code, reason = "every binary uses a part of the helpers")]
#![allow(unreachable_pub, reason = "`pub` here means: for the test binaries")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on fails the test")]

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{DateTime, time};
use jiff::tz::TimeZone;
use madoguchi::triage::id::Address;
use madoguchi::triage::mail::Letter;
use madoguchi::triage::policy::Desk;
use madoguchi::triage::read::{Context, read};
use madoguchi::triage::rulebook::Rulebook;
use madoguchi::triage::verdict::Reading;
use madoguchi::{mime, rules};

/// The rules as shipped.
pub static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()))
});

/// An invented chain of clinics.
pub static DESK: LazyLock<Desk> = LazyLock::new(|| Desk {
    name: "かもめ整体".to_owned(),
    zone: TimeZone::get("Asia/Tokyo").unwrap(),
    addresses: ["desk@kamome.example"].iter().filter_map(|a| Address::parse(a)).collect(),
    domains: vec!["kamome.example".to_owned()],
    phones: ["0355550177".to_owned()].into(),
    shops: vec!["港町院".to_owned(), "丘の上院".to_owned()],
    products: vec!["図面帳 5".to_owned()],
    opening: time(9, 0, 0, 0),
});

/// Decoded and read.
pub fn reading(mail: &[u8]) -> Reading {
    of_letter(&mime::letter(mail).unwrap())
}

/// Read.
pub fn of_letter(letter: &Letter) -> Reading {
    read(letter, &DESK, &RULES, &Context::default())
}

/// How the bytes of a body travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    EightBit,
    Base64,
    Quoted,
}

/// A mail to be dressed as bytes. Built with [`Mail::new`] and struct update.
#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub subject: String,
    /// Wall time in Tokyo.
    pub sent: DateTime,
    /// Further header lines, each with its line end.
    pub head: String,
    pub subtype: &'static str,
    /// A label that `encoding_rs` knows.
    pub charset: &'static str,
    pub transfer: Transfer,
    pub text: String,
}

impl Mail {
    /// Plain UTF-8 from the desk's own form robot, sent on Wednesday 10 June 2026 at 10:00.
    pub fn new(text: &str) -> Self {
        Self {
            from: "かもめ整体 <noreply@kamome.example>".to_owned(),
            subject: "お問い合わせ".to_owned(),
            sent: jiff::civil::date(2026, 6, 10).at(10, 0, 0, 0),
            head: String::new(),
            subtype: "plain",
            charset: "utf-8",
            transfer: Transfer::EightBit,
            text: text.to_owned(),
        }
    }

    /// RFC 5322 with CRLF line ends; header words in the charset of the body.
    pub fn bytes(&self) -> Vec<u8> {
        let date = self.sent.strftime("%a, %d %b %Y %H:%M:%S +0900").to_string();
        let (cte, body) = match self.transfer {
            Transfer::EightBit => ("8bit", self.encoded(&self.text.replace('\n', "\r\n"))),
            Transfer::Base64 => ("base64", wrapped(&self.encoded(&self.text.replace('\n', "\r\n")))),
            Transfer::Quoted => ("quoted-printable", quoted(&self.encoded(&self.text))),
        };
        let (name, address) = self.from.rsplit_once(' ').unwrap_or(("", &self.from));
        let mut out = format!(
            "Date: {date}\r\nFrom: {} {address}\r\nTo: desk@kamome.example\r\nSubject: {}\r\n{}Message-ID: <row.1@mail.example>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/{}; charset={}\r\nContent-Transfer-Encoding: {cte}\r\n\r\n",
            self.word(name),
            self.word(&self.subject),
            self.head,
            self.subtype,
            self.charset,
        )
        .into_bytes();
        out.extend(body);
        out
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        let encoding = encoding_rs::Encoding::for_label(self.charset.as_bytes()).unwrap();
        // One and the same sign of JIS X 0208, which Windows and Unicode map differently.
        let windows = text.replace('〜', "～");
        let (bytes, _, lost) = encoding.encode(if encoding == encoding_rs::UTF_8 { text } else { &windows });
        assert!(!lost, "{} has no place for {text:?}", self.charset);
        bytes.into_owned()
    }

    /// RFC 2047; one word however long, as many robots write it.
    fn word(&self, text: &str) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        format!("=?{}?B?{}?=", self.charset, data_encoding::BASE64.encode(&self.encoded(text)))
    }
}

fn wrapped(bytes: &[u8]) -> Vec<u8> {
    data_encoding::BASE64
        .encode(bytes)
        .into_bytes()
        .chunks(76)
        .flat_map(|line| [line, b"\r\n"].concat())
        .collect()
}

fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    for &byte in bytes {
        if byte == b'\n' {
            out.extend(b"\r\n");
            column = 0;
            continue;
        }
        if column > 70 {
            out.extend(b"=\r\n");
            column = 0;
        }
        if matches!(byte, b' '..=b'~') && byte != b'=' {
            out.push(byte);
            column += 1;
        } else {
            out.extend(format!("={byte:02X}").bytes());
            column += 3;
        }
    }
    out
}
