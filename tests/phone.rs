//! Mails to our own people on a phone, in a real browser: nothing scrolls sideways, everything can be read and hit, and
//! the text part says the same. The pages are left in the target folder (`tmp/mails/*.html`) for scripts/screenshots.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop at once"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use serde::Deserialize;

#[path = "phone/mails.rs"]
mod mails;

use mails::{Fixture, fixtures};

/// Widths of small and large phones, in CSS pixels.
const WIDTHS: [u32; 2] = [360, 412];
/// Phones clip mails near this.
const LIMIT: usize = 20_000;

/// One page at one width.
#[derive(Debug, Deserialize)]
struct Found {
    name: String,
    width: u32,
    faults: Vec<String>,
    height: f64,
    links: usize,
}

/// Lays pages into a headless browser and measures them there.
fn measure(pages: &[(&str, &str)]) -> Vec<Found> {
    let folder = tempfile::tempdir().unwrap();
    // "</" would end the script early; JSON may write the stroke with a backslash.
    let data = serde_json::to_string(pages).unwrap().replace("</", "<\\/");
    let script = include_str!("phone/measure.js");
    let driver = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><body><script>{script}\nconst pages = {data};\n\
         onload = () => all(pages, {WIDTHS:?});</script></body>"
    );
    let page = folder.path().join("driver.html");
    fs::write(&page, driver).unwrap();
    let browser = Command::new("chromium")
        // The sandbox of chromium does not work for root, as in a container; the pages are ours, and no host is asked.
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=60000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .stderr(Stdio::null())
        .output()
        .expect(
            "chromium is missing: scripts/test installs it; else apt-get install chromium fonts-noto-cjk",
        );
    let shown = String::from_utf8(browser.stdout).unwrap();
    let found = shown.split_once("id=\"found\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (found, _) = found.unwrap_or_else(|| panic!("chromium measured nothing: {}", browser.status));
    let found: Vec<Found> = serde_json::from_slice(&BASE64.decode(found.as_bytes()).unwrap()).unwrap();
    assert_eq!(found.len(), pages.len() * WIDTHS.len());
    found
}

fn keep(fixtures: &[Fixture]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mails");
    fs::create_dir_all(&folder).unwrap();
    for fixture in fixtures {
        let html = fixture.mail.html.as_deref().unwrap();
        fs::write(folder.join(format!("{}.html", fixture.name)), html).unwrap();
    }
}

#[test]
fn every_mail_can_be_read_and_answered_on_a_phone() {
    let fixtures = fixtures();
    keep(&fixtures);
    let pages: Vec<_> =
        fixtures.iter().map(|one| (one.name.as_str(), one.mail.html.as_deref().unwrap())).collect();
    let found = measure(&pages);
    let faults: Vec<String> = found
        .iter()
        .flat_map(|page| {
            page.faults.iter().map(|fault| format!("{} at {} px: {fault}", page.name, page.width))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for page in found {
        let request = page.name.starts_with("request");
        assert!(page.height > 100.0 && (!request || page.links > 5), "{}: nothing was laid out", page.name);
    }
}

/// A measure that finds nothing is only worth something if it would find it.
#[test]
fn the_measure_finds_what_is_wrong() {
    let rows = [
        ("<div style=\"width:500px\">x</div>", "scrolls sideways"),
        ("<div style=\"position:absolute;left:-40px;width:10px\">x</div>", "leaves the page"),
        (
            "<div>https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</div>",
            "sideways",
        ),
        ("<div style=\"width:40px;overflow:hidden\">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</div>", "too narrow"),
        ("<div style=\"color:#888888\">grey</div>", "contrast 3.54: grey"),
        ("<div style=\"background:#0b6b3a\"><b style=\"color:#0b6b3a\">x</b></div>", "contrast 1.00"),
        ("<div style=\"opacity:0.5\">x</div>", "see-through"),
        ("<div style=\"background:rgba(0,0,0,0.1)\">x</div>", "see-through"),
        ("<div style=\"font-size:10px\">tiny</div>", "small print"),
        ("<a href=\"tel:1\" style=\"display:block;height:40px\">low</a>", "hard to hit: low"),
        (
            "<a href=\"tel:1\" style=\"display:block;height:48px\">a</a><a href=\"tel:2\" style=\"display:block;height:48px\">b</a>",
            "too near: a and b",
        ),
        ("<img src=\"data:,\">", "a picture without words"),
    ];
    let pages: Vec<(String, String)> = rows
        .iter()
        .enumerate()
        .map(|(at, (content, _))| {
            (
                at.to_string(),
                format!("<!DOCTYPE html><body style=\"margin:0;color:#000000\">{content}</body>"),
            )
        })
        .collect();
    let pages: Vec<_> = pages.iter().map(|(name, page)| (name.as_str(), page.as_str())).collect();
    for found in measure(&pages) {
        let (content, expected) = rows[found.name.parse::<usize>().unwrap()];
        assert!(found.faults.iter().any(|fault| fault.contains(expected)), "{content}: {:?}", found.faults);
    }
}

/// What Gmail would drop, what would ask another host, and what would let a machine decide.
#[test]
fn a_page_is_small_plain_and_asks_nobody() {
    for Fixture { name, mail, .. } in fixtures() {
        let html = mail.html.as_deref().unwrap();
        assert!(html.len() <= LIMIT, "{name}: {} bytes", html.len());
        // The one picture there is comes with the mail, and its words with it.
        let html = &html.replace("<img src=\"cid:figures.png\" alt=\"", "");
        for part in
            ["<style", "<script", "<link", "<img", "<form", "<iframe", " src=", "url(", "@import", "class="]
        {
            assert!(!html.contains(part), "{name}: {part}");
        }
        for link in html.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
            let link = link.replace("&amp;", "&");
            assert!(link.starts_with("mailto:") || link.starts_with("tel:"), "{name}: {link}");
            assert!(link.len() < 300 && link.is_ascii(), "{name}: {link}");
        }
    }
}

/// The words of a page, piece by piece, without what stands on buttons.
fn pieces(html: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        if !tag.starts_with("a ") && !text.trim().is_empty() {
            pieces.extend(text.replace(" · ", " ・ ").split(" ・ ").map(|piece| piece.trim().to_owned()));
        }
    }
    pieces
}

#[test]
fn both_parts_say_the_same() {
    for Fixture { name, mail, facts } in fixtures() {
        let html = mail.html.as_deref().unwrap();
        let all = pieces(&html.replace("<a ", "<b ")).join("\n");
        for fact in facts.iter().flat_map(|fact| fact.lines()).filter(|fact| !fact.trim().is_empty()) {
            assert!(mail.text.contains(fact), "{name}: {fact} is missing in the text\n{}", mail.text);
            assert!(all.contains(fact), "{name}: {fact} is missing on the page");
        }
        // How to press a button is said under the buttons only.
        let (above, _) = html.rsplit_once("</table>").unwrap_or((html, ""));
        for piece in pieces(above) {
            let piece = piece.strip_suffix(" 様").unwrap_or(&piece);
            let missing = ["お名前の記載なし", "No name given", "Nie podano nazwiska"].contains(&piece);
            assert!(
                missing || mail.text.contains(piece),
                "{name}: {piece} stands on the page only\n{}",
                mail.text
            );
        }
    }
}

/// Nothing of another language gets in, whatever the reader's is; what customers and rules say stays as it is.
#[test]
fn a_mail_speaks_one_language() {
    let fixtures = fixtures();
    let text = |name: &str| &fixtures.iter().find(|one| one.name == name).unwrap().mail.text;
    for (lang, ours, theirs) in [
        ("ja", ["お客様の言葉", "承認して送る"], ["approve", "zatwierdź"]),
        ("en", ["What the customer wrote", "approve and send"], ["承認", "zatwierdź"]),
        ("pl", ["Słowa klienta", "zatwierdź i wyślij"], ["承認", "approve"]),
    ] {
        let text = text(&format!("request-{lang}"));
        assert!(ours.iter().all(|word| text.contains(word)), "{text}");
        assert!(!theirs.iter().any(|word| text.contains(word)), "{text}");
    }
}
