//! The request to an agent: who wrote, what to confirm first, the draft word for word, and two taps to decide.

use super::html::{self, Look, QUIET, button, card, escape, row};
use super::{InternalMail, defang, subject};
use crate::token::Token;
use crate::triage::id::{Address, CaseId};

/// Customers' words beyond this many characters are cut in the request; the original is in the mailbox.
const WORDS_SHOWN: usize = 1_500;
/// HTML above this many bytes is left out (phones clip near 20 kB); the text part always has everything.
const HTML_LIMIT: usize = 20_000;

/// Everything an agent sees. Texts are ready to read; times are wall time of the desk, already formatted.
#[derive(Debug, Clone)]
pub struct RequestView<'a> {
    /// The agent.
    pub to: &'a Address,
    /// The case.
    pub case: &'a CaseId,
    /// The agent's token for this revision.
    pub token: &'a Token,
    /// The address that answers go to, without the token.
    pub desk: &'a Address,
    /// A word before everything else: 「改訂 2」, 「お客様から追加のメールが届いたため、作り直しました」; may be empty.
    pub notice: &'a str,
    /// Must be seen today.
    pub urgent: bool,
    /// Who wrote.
    pub customer: CustomerCard<'a>,
    /// The customer's own words.
    pub words: &'a str,
    /// The draft; `None` shows the request without a text to approve.
    pub draft: Option<DraftView<'a>>,
    /// Until when an answer counts: 「11/23(月) 10:15」.
    pub expires: &'a str,
}

/// The customer at a glance. Empty strings and lists are shown as missing or left out.
#[derive(Debug, Clone, Default)]
pub struct CustomerCard<'a> {
    /// Name as typed.
    pub name: &'a str,
    /// Telephone number in national or `+` form.
    pub phone: &'a str,
    /// Mail address.
    pub email: &'a str,
    /// Shop.
    pub shop: &'a str,
    /// 「B 予約希望」 and the like.
    pub class: &'a str,
    /// Topic.
    pub topic: &'a str,
    /// Received: 「11/22(日) 10:12」.
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
    let html = as_html(view);
    InternalMail {
        to: vec![view.to.clone()],
        subject: subject(view.case),
        text: as_text(view),
        html: (html.len() <= HTML_LIMIT).then_some(html),
        attachments: Vec::new(),
    }
}

/// The link behind a button: a new mail to the plus-address, its one word already written. Under 300 bytes.
pub fn mailto(token: &Token, desk: &Address, word: &str) -> String {
    let subject = format!("{word} C-{}", token.case());
    match token.plus_address(desk) {
        Some(plus) => {
            format!("mailto:{}?subject={}&body={}", percent(plus.as_str()), percent(&subject), percent(word))
        }
        // The local part is too long for a plus-address: the token travels in the text.
        None => format!(
            "mailto:{}?subject={}&body={}%0D%0A%0D%0Atoken%3A%20{token}",
            percent(desk.as_str()),
            percent(&subject),
            percent(word)
        ),
    }
}

/// Percent-encodes everything but unreserved characters and `@` (RFC 6068; `+` must not be read as a blank).
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The `tel:` link's number: digits and a leading plus.
fn dial(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// The customer's words, cut with a word when long.
fn shown(words: &str) -> (String, bool) {
    let words = words.trim();
    let cut: String = words.chars().take(WORDS_SHOWN).collect();
    let long = cut.len() < words.len();
    (cut, long)
}

const CUT: &str = "（長いため、ここまで。続きは元のメールにあります）";

fn as_text(view: &RequestView<'_>) -> String {
    let customer = &view.customer;
    let mut out = String::new();
    let mut say = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    if view.urgent {
        say("【本日中】");
    }
    if !view.notice.is_empty() {
        say(view.notice);
        say("");
    }
    say("■ お客様");
    for (label, value) in facts(customer) {
        say(&format!("{label}: {value}"));
    }
    list(&mut say, "■ ご希望", &customer.wishes);
    list(&mut say, "■ 先に確認すること", &customer.confirm);
    list(&mut say, "■ これまで", &customer.history);
    let (words, long) = shown(view.words);
    say("");
    say("■ お客様の言葉");
    say(&words);
    if long {
        say(CUT);
    }
    say("");
    if let Some(draft) = &view.draft {
        say("■ 返信案（このまま送ります）");
        say(&format!("宛先: {}", draft.to));
        say(&format!("件名: {}", draft.subject));
        say("");
        say(draft.body.trim_end());
        say("");
    }
    say("■ 返事のしかた（このメールに返信。本文はひとことだけ）");
    if view.draft.is_some() {
        say("OK … 承認して送る / NG 理由 … 送らない");
        say("修正 … 次の行から新しい本文");
    }
    say("電話済 メモ / 電話× / 店舗 / 保留 2h / HELP");
    say(&format!("期限: {} まで。返事がなければ送りません。", view.expires));
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
fn facts<'a>(customer: &CustomerCard<'a>) -> Vec<(&'static str, &'a str)> {
    let missing = |value: &'a str| if value.is_empty() { "（記載なし）" } else { value };
    let mut facts = vec![("お名前", missing(customer.name)), ("電話", missing(customer.phone))];
    for (label, value) in [
        ("メール", customer.email),
        ("店舗", customer.shop),
        ("分類", customer.class),
        ("内容", customer.topic),
        ("受信", customer.received),
    ] {
        if !value.is_empty() {
            facts.push((label, value));
        }
    }
    facts
}

fn as_html(view: &RequestView<'_>) -> String {
    let mut content = String::new();
    if view.urgent {
        content.push_str(
            "<div style=\"background:#a61b1b;color:#ffffff;font-weight:bold;border-radius:8px;padding:8px 14px;\
             margin:0 0 10px\">本日中</div>",
        );
    }
    if !view.notice.is_empty() {
        content.push_str(&card("", &html::lines(view.notice)));
    }
    content.push_str(&customer_html(&view.customer));
    if !view.customer.confirm.is_empty() {
        let items = bullets(&view.customer.confirm);
        content.push_str(&format!(
            "<div style=\"background:#fff4d6;border-left:4px solid #8a5a00;border-radius:8px;padding:10px 14px;\
             margin:0 0 10px\"><div style=\"font-size:13px;font-weight:bold;color:#6b4500\">先に確認すること</div>{items}</div>"
        ));
    }
    let (words, long) = shown(view.words);
    let more =
        if long { format!("<div style=\"color:{QUIET};font-size:13px\">{CUT}</div>") } else { String::new() };
    content.push_str(&card("お客様の言葉", &format!("{}{more}", html::lines(&words))));
    if let Some(draft) = &view.draft {
        content.push_str(&card(
            "返信案（このまま送ります）",
            &format!(
                "<div style=\"font-size:14px;color:{QUIET}\">宛先 {}<br>件名 {}</div>\
             <div style=\"border-top:1px solid #cbd2d9;margin:8px 0 0;padding:8px 0 0\">{}</div>",
                escape(draft.to.as_str()),
                escape(draft.subject),
                html::lines(draft.body)
            ),
        ));
    }
    content.push_str(&buttons(view));
    let mut content = defang(&content);
    content.push_str(&format!(
        "<div style=\"font-size:13px;color:{QUIET};padding:4px 6px\">期限 {} まで。返事がなければ送りません。<br>\
         ボタンを押すと、ひとこと書かれたメールが開きます。そのまま送信してください。<br>\
         直すときは、このメールに返信して 1 行目に「修正」、次の行から新しい本文。<br>\
         <span style=\"font-size:12px;overflow-wrap:anywhere\">C-{} ・ token: {}</span></div>",
        escape(view.expires), view.case, view.token
    ));
    html::page(&content)
}

fn customer_html(customer: &CustomerCard<'_>) -> String {
    let name = if customer.name.is_empty() {
        "お名前の記載なし".to_owned()
    } else {
        format!("{} 様", escape(customer.name))
    };
    let mut content = format!("<div style=\"font-size:20px;font-weight:bold;line-height:1.4\">{name}</div>");
    let quiet: Vec<String> = [customer.shop, customer.class, customer.topic]
        .into_iter()
        .filter(|value| !value.is_empty())
        .map(escape)
        .collect();
    content.push_str(&format!("<div style=\"color:{QUIET};margin:0 0 8px\">{}</div>", quiet.join(" ・ ")));
    let number = dial(customer.phone);
    if number.is_empty() {
        content.push_str("<div style=\"font-weight:bold\">電話番号の記載なし</div>");
    } else {
        content.push_str(&button(
            &format!("tel:{number}"),
            &format!("電話する　{}", customer.phone),
            Look::Call,
        ));
    }
    if !customer.wishes.is_empty() {
        content.push_str(&format!(
            "<div style=\"font-size:13px;font-weight:bold;color:{QUIET};margin:10px 0 0\">ご希望</div>\
             <div style=\"font-size:18px;font-weight:bold\">{}</div>",
            customer.wishes.iter().map(|wish| escape(wish)).collect::<Vec<_>>().join("<br>")
        ));
    }
    if !customer.history.is_empty() {
        content.push_str(&format!(
            "<div style=\"font-size:13px;font-weight:bold;color:{QUIET};margin:10px 0 0\">これまで</div>\
             <div style=\"font-size:14px\">{}</div>",
            bullets(&customer.history)
        ));
    }
    let last: Vec<String> = [customer.email, customer.received]
        .into_iter()
        .filter(|value| !value.is_empty())
        .map(escape)
        .collect();
    content.push_str(&format!(
        "<div style=\"font-size:13px;color:{QUIET};margin:10px 0 0\">{}</div>",
        last.join(" ・ ")
    ));
    card("", &content)
}

fn bullets(items: &[String]) -> String {
    items.iter().map(|item| format!("<div>・{}</div>", escape(item))).collect()
}

fn buttons(view: &RequestView<'_>) -> String {
    let link = |word: &str| mailto(view.token, view.desk, word);
    let mut content = String::new();
    if view.draft.is_some() {
        content.push_str(&row(&[button(&link("OK"), "承認して送る（OK）", Look::Yes)]));
        content.push_str(&row(&[
            button(&link("NG"), "送らない（NG）", Look::No),
            button(&link("CALLED"), "電話済", Look::Other),
        ]));
    } else {
        content.push_str(&row(&[button(&link("CALLED"), "電話済", Look::Other)]));
    }
    content.push_str(&row(&[
        button(&link("NOANSWER"), "電話×", Look::Other),
        button(&link("SHOP"), "店舗", Look::Other),
        button(&link("HOLD 2h"), "保留 2h", Look::Other),
    ]));
    content
}
