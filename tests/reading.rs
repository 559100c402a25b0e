//! Rows: an invented mail and what is read from it, through the shipped rules.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::time;
use jiff::tz::TimeZone;
use madoguchi::mime;
use madoguchi::rules;
use madoguchi::triage::id::Address;
use madoguchi::triage::policy::Desk;
use madoguchi::triage::read::{Context, read};
use madoguchi::triage::rulebook::Rulebook;
use madoguchi::triage::verdict::{Class, Disposition, Ignored, Reading};

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()))
});

static DESK: LazyLock<Desk> = LazyLock::new(|| Desk {
    name: "あおば整体".to_owned(),
    zone: TimeZone::get("Asia/Tokyo").unwrap(),
    addresses: ["desk@aoba.example", "form@chat-relay.example"]
        .iter()
        .filter_map(|a| Address::parse(a))
        .collect(),
    domains: vec!["aoba.example".to_owned()],
    phones: ["0355550100".to_owned()].into(),
    shops: vec!["中央院".to_owned(), "東口院".to_owned()],
    products: vec!["図面帳 5".to_owned(), "図面帳Tab".to_owned()],
    opening: time(9, 0, 0, 0),
});

/// A mail from its header lines and its text. Sent on a Wednesday morning unless the lines say otherwise.
fn reading(head: &str, text: &str) -> Reading {
    let date = if head.contains("Date:") { "" } else { "Date: Wed, 10 Jun 2026 10:00:00 +0900\n" };
    let kind = if head.contains("Content-Type:") { "" } else { "Content-Type: text/plain; charset=utf-8\n" };
    let mail = format!("{date}To: desk@aoba.example\n{kind}Message-ID: <x@y.example>\n{head}\n\n{text}");
    let letter = mime::letter(mail.replace('\n', "\r\n").as_bytes()).unwrap();
    read(&letter, &DESK, &RULES, &Context::default())
}

/// What a row may ask for: `case reservation booking urgent staff ambiguous name=… phone=… mail=… missing=… lang=…`.
fn check(head: &str, text: &str, expected: &str) {
    let reading = reading(head, text);
    let mut said = String::new();
    let verdict = &reading.verdict;
    for word in expected.split_whitespace() {
        let key = word.split('=').next().unwrap();
        let actual = match key {
            "case" | "follow_up" | "bounce" | "auto_reply" | "newsletter" | "booking_notice"
            | "system_notice" | "read_receipt" | "spam" | "own" => match verdict.disposition {
                Disposition::Case => "case".to_owned(),
                Disposition::FollowUp => "follow_up".to_owned(),
                Disposition::Ignored(reason) => reason.word().to_owned(),
                Disposition::Command | Disposition::Quarantined => "other".to_owned(),
            },
            "reservation" | "inquiry" => verdict.class.map_or("none", Class::word).to_owned(),
            "urgent" | "calm" => if verdict.urgent { "urgent" } else { "calm" }.to_owned(),
            "staff" | "plain" => if verdict.needs_staff { "staff" } else { "plain" }.to_owned(),
            "ambiguous" | "clear" => if verdict.ambiguous { "ambiguous" } else { "clear" }.to_owned(),
            "name" => {
                let name = reading.facts.name.as_ref().map_or(String::new(), |f| f.value.clone());
                format!("name={}", name.split_whitespace().collect::<String>())
            }
            "phone" => format!("phone={}", reading.facts.phones.join(",")),
            "mail" => format!("mail={}", reading.facts.email.as_ref().map_or("", |f| f.value.as_str())),
            "shop" => format!("shop={}", reading.facts.shop.as_ref().map_or("", |f| f.value.as_str())),
            "product" => {
                let product = reading.facts.product.as_ref().map_or(String::new(), |f| f.value.clone());
                format!("product={}", product.split_whitespace().collect::<String>())
            }
            "version" => {
                format!("version={}", reading.facts.version.as_ref().map_or("", |f| f.value.as_str()))
            }
            "order_no" => {
                format!("order_no={}", reading.facts.order_no.as_ref().map_or("", |f| f.value.as_str()))
            }
            "missing" => format!("missing={}", reading.facts.missing.join(",")),
            "lang" => format!("lang={}", reading.facts.lang),
            "content" => format!(
                "content={}",
                reading
                    .facts
                    .content
                    .as_ref()
                    .map_or(String::new(), |f| f.value.split_whitespace().collect())
            ),
            "mark" => format!("mark={}", verdict.marks.join(",")),
            "template" => format!("template={}", verdict.template.as_deref().unwrap_or("")),
            _ => format!("topic={}", verdict.topic),
        };
        let word = if actual.starts_with("topic=") && !word.starts_with("topic=") {
            format!("topic={word}")
        } else {
            word.to_owned()
        };
        if actual != word {
            writeln!(said, "  wanted {word}, read {actual}").unwrap();
        }
    }
    FAILED.lock().unwrap().push_str(&if said.is_empty() {
        String::new()
    } else {
        format!(
            "{head}\n{text}\n{said}  rules: {:?}\n\n",
            verdict.rules.iter().map(|r| (&r.name, &r.matched)).collect::<Vec<_>>()
        )
    });
}

static FAILED: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());

/// All rows are tried before any is reported.
fn settle() {
    let failed = std::mem::take(&mut *FAILED.lock().unwrap());
    assert!(failed.is_empty(), "\n{failed}");
}

const ROBOT: &str = "From: あおば整体 <noreply@aoba.example>\nSubject: お問い合わせ";

#[test]
fn rows() {
    layouts();
    names();
    forwarded();
    notices();
    pleas();
    phones();
    addresses();
    topics();
    classes();
    machines();
    threads();
    everyday();
    settle();
}

fn layouts() {
    let all = "case name=三村由佳 phone=09012345678 mail=yuka@example.com content=駐車場はありますか access lang=ja";
    for text in [
        "お名前：三村由佳\n電話番号：090-1234-5678\nメールアドレス：yuka@example.com\nお問い合わせ内容：駐車場はありますか\n",
        "お名前: 三村由佳\n電話番号: 090-1234-5678\nメールアドレス: yuka@example.com\nお問い合わせ内容:\n駐車場はありますか\n",
        "【お名前】三村由佳\n【電話番号】090-1234-5678\n【メールアドレス】yuka@example.com\n【お問い合わせ内容】\n駐車場はありますか\n",
        "[お名前] 三村由佳\n[TEL] 09012345678\n[E-mail] yuka@example.com\n[内容]\n駐車場はありますか\n",
        "■お名前\n三村由佳\n\n■電話番号\n090-1234-5678\n\n■メールアドレス\nyuka@example.com\n\n■お問い合わせ内容\n駐車場はありますか\n",
        "●氏名：三村由佳\n●お電話：090-1234-5678\n●メール：yuka@example.com\n●ご質問：駐車場はありますか\n",
        "・お名前　三村由佳\n・電話番号　090-1234-5678\n・メールアドレス　yuka@example.com\n・お問い合わせ内容　駐車場はありますか\n",
        "氏名 = 三村由佳\nTEL = 090-1234-5678\nEmail = yuka@example.com\nコメント = 駐車場はありますか\n",
        "氏　　名：三村由佳\n電　　話：090-1234-5678\nメ ー ル：yuka@example.com\n内　　容：駐車場はありますか\n",
        "お名前（必須）：三村由佳\n電話番号（任意）：090-1234-5678\nメールアドレス（確認用）：yuka@example.com\nお問い合わせ内容※：駐車場はありますか\n",
        "お名前→三村由佳\n電話番号→090-1234-5678\nメールアドレス→yuka@example.com\nお問い合わせ内容→駐車場はありますか\n",
        "お名前\t三村由佳\n電話番号\t090-1234-5678\nメールアドレス\tyuka@example.com\nお問い合わせ\t駐車場はありますか\n",
        "お名前 | 三村由佳\n電話番号 | 090-1234-5678\nメールアドレス | yuka@example.com\nお問い合わせ | 駐車場はありますか\n",
        "お名前：三村由佳　電話番号：090-1234-5678\nメールアドレス：yuka@example.com\n内容：駐車場はありますか\n",
        "＜お名前＞\n三村由佳\n＜電話番号＞\n０９０－１２３４－５６７８\n＜メールアドレス＞\nｙｕｋａ＠ｅｘａｍｐｌｅ．ｃｏｍ\n＜お問い合わせ内容＞\n駐車場はありますか\n",
        "差出人: 三村由佳 <yuka@example.com>\n電話番号: 090-1234-5678\nメールアドレス: yuka@example.com\n題名: 質問\n\nメッセージ本文:\n駐車場はありますか\n",
        "姓：三村\n名：由佳\nセイ：ミムラ\nメイ：ユカ\n電話：090-1234-5678\nメール：yuka@example.com\n内容：駐車場はありますか\n",
        "お客様のお名前：三村由佳 様\nご連絡先電話番号：090-1234-5678\nご連絡先メールアドレス：yuka@example.com\nお問い合わせの内容：駐車場はありますか\n",
        "お名前\n三村由佳\n電話番号\n090-1234-5678\nメールアドレス\nyuka@example.com\nお問い合わせ内容\n駐車場はありますか\n",
    ] {
        check(
            ROBOT,
            text,
            &all.replace(
                "content=駐車場はありますか ",
                if text.contains("題名") { "" } else { "content=駐車場はありますか " },
            ),
        );
    }
    let html = "From: form <noreply@aoba.example>\nSubject: f\nContent-Type: text/html; charset=utf-8";
    for text in [
        "<table><tr><th>お名前</th><td>三村由佳</td></tr><tr><th>電話番号</th><td>090-1234-5678</td></tr><tr><th>メール</th><td>yuka@example.com</td></tr><tr><th>お問い合わせ</th><td>駐車場はありますか</td></tr></table>",
        "<dl><dt>お名前</dt><dd>三村由佳</dd><dt>電話番号</dt><dd>090-1234-5678</dd><dt>メール</dt><dd>yuka@example.com</dd><dt>内容</dt><dd>駐車場はありますか</dd></dl>",
        "<p><b>お名前</b><br>三村由佳</p><p><b>電話番号</b><br>090-1234-5678</p><p><b>メール</b><br>yuka@example.com</p><p><b>内容</b><br>駐車場はありますか</p>",
        "<div>お名前：三村由佳</div><div>電話番号：090-1234-5678</div><div>メール：yuka@example.com</div><div>内容：駐車場はありますか</div>",
        "<table><tr><td>お名前</td></tr><tr><td>三村由佳</td></tr><tr><td>電話番号</td></tr><tr><td>090-1234-5678</td></tr><tr><td>メール</td></tr><tr><td>yuka@example.com</td></tr><tr><td>内容</td></tr><tr><td>駐車場はありますか</td></tr></table>",
    ] {
        check(html, text, all);
    }
    check(
        ROBOT,
        "お名前：\n電話番号：\nメールアドレス：a@example.com\nお問い合わせ内容：\n",
        "case inquiry other name= phone= missing=name,phone,content",
    );
    check(
        ROBOT,
        "お名前：匿名希望\n電話番号：なし\nメールアドレス：a@example.com\nお問い合わせ内容：料金はいくらですか\n",
        "name= phone= price missing=name,phone",
    );
    check(
        ROBOT,
        "お名前：三村\n電話番号：03-1234-5678\nメールアドレス：a@example.com\nお問い合わせ内容：\n場所を教えてください。\n電話は平日にお願いします。\n--------\nあおば整体\nTEL 03-5555-0100\n",
        "access name=三村 phone=0312345678",
    );
    check(
        "From: \"Web\" <noreply@aoba.example>\nSubject: x",
        "First name: Anna\nLast name: Bell\nPhone: +44 (0)20 7946 0018\nEmail: anna@example.org\nMessage: Where is your clinic located?\n",
        "name=AnnaBell phone=+442079460018 mail=anna@example.org access lang=en",
    );
    check(
        "From: x <noreply@aoba.example>\nSubject: x",
        "您的姓名：王芳\n联系电话：070-1234-5678\n邮箱：wang@example.com\n留言：请问多少钱？\n",
        "name=王芳 phone=07012345678 price lang=zh",
    );
    check(
        "From: チャット <form@chat-relay.example>\nSubject: お客様からお問い合わせがありました",
        "【chatName】あおば整体 東口院\n\nお名前：三村\n電話番号：\nメールアドレス：a@example.com\nお問い合わせ内容：\n日曜も営業してますか\n",
        "case hours mark=chat shop=東口院 missing=phone template=hours",
    );
    // A message may hold colons, numbers and labels of its own.
    check(
        ROBOT,
        "お名前：三村\n電話番号：090-1234-5678\nメールアドレス：a@example.com\nお問い合わせ内容：\n質問です。\n1：駐車場はありますか\n電話：090-1111-2222に折り返しください。\n15日 10:00-12:00 はどうですか\n",
        "access name=三村 phone=09012345678,09011112222 content=質問です。1：駐車場はありますか電話：090-1111-2222に折り返しください。15日10:00-12:00はどうですか",
    );
}

fn names() {
    let mail = "mail=taro@example.com";
    for (from, text, name) in [
        ("taro@example.com", "はじめまして、佐伯と申します。料金を教えてください。", "佐伯"),
        ("taro@example.com", "先日お電話した中村太一です。料金を教えてください。", "中村太一"),
        ("taro@example.com", "株式会社ミナトの高橋と申します。料金を教えてください。", "高橋"),
        ("taro@example.com", "田辺（たなべ）と申します。料金を教えてください。", "田辺"),
        ("taro@example.com", "東京在住の田辺美穂(35)です。料金を教えてください。", "田辺美穂"),
        ("taro@example.com", "初めてです。料金を教えてください。", ""),
        ("taro@example.com", "料金を教えてください。\n\n中村 太一\n090-1234-5678", "中村太一"),
        (
            "taro@example.com",
            "料金を教えてください。\n\n--\n中村 太一 (Taichi Nakamura)\nTEL 03-1234-5678",
            "中村太一",
        ),
        ("taro@example.com", "料金を教えてください。\n\n株式会社アオ　営業部　中村太一", "中村太一"),
        ("中村太一 <taro@example.com>", "料金を教えてください。", "中村太一"),
        ("中村太一 <taro@example.com>", "中村です。料金を教えてください。", "中村太一"),
        ("neko_dai123 <taro@example.com>", "料金を教えてください。", ""),
        ("K.N <taro@example.com>", "料金を教えてください。", ""),
        ("営業部 <taro@example.com>", "料金を教えてください。", ""),
        ("株式会社アオ 中村 <taro@example.com>", "料金を教えてください。", "中村"),
        ("Taichi Nakamura <taro@example.com>", "料金を教えてください。", "TaichiNakamura"),
        ("taichi nakamura <taro@example.com>", "How much is it?", "taichinakamura"),
        ("taro@example.com", "My name is Taichi Nakamura. How much is it?", "TaichiNakamura"),
        ("taro@example.com", "How much is it?\n\nBest regards,\nEmma Stone", "EmmaStone"),
        ("taro@example.com", "How much is it?\n\nThanks,\nEmma", "Emma"),
        ("taro@example.com", "I am looking for a clinic. How much is it?", ""),
        ("taro@example.com", "Nazywam się Ewa Lis. Ile kosztuje masaż?", "EwaLis"),
        ("taro@example.com", "我叫王芳，请问多少钱？", "王芳"),
        ("taro@example.com", "土曜希望です。予約できますか。", ""),
        ("taro@example.com", "中央院の予約希望です。", ""),
    ] {
        check(&format!("From: {from}\nSubject: x"), text, &format!("case {mail} name={name}"));
    }
}

fn forwarded() {
    let inner = "差出人: 三村 由佳 <yuka@example.com>\n日時: 2026年3月1日\n件名: お尋ね\n宛先: honten@aoba.example\n\n駐車場はありますか。\n";
    for text in [
        format!("転送します。\n\n---------- Forwarded message ---------\n{inner}"),
        inner.to_owned(),
        format!("対応お願いします。\n090-0000-1111\n\n-----Original Message-----\n{inner}"),
    ] {
        let from = "From: 受付 <desk@aoba.example>\nSubject: Fwd: お尋ね";
        check(
            from,
            &text,
            "case name=三村由佳 phone= mail=yuka@example.com content=駐車場はありますか。 access",
        );
        // Whoever is no colleague writes for himself.
        let stranger =
            reading("From: taro@example.com\nSubject: Fwd: x", &format!("これは何ですか。\n\n{text}"));
        assert_ne!(
            stranger.facts.email.map(|found| found.value.as_str().to_owned()),
            Some("yuka@example.com".into())
        );
    }
}

fn notices() {
    for (subject, text, expected) in [
        (
            "予約連絡",
            "◇予約番号\nBX100\n◇氏名\n三村 由佳（ミムラ ユカ）\n◇来店日時\n2026年09月03日（木）10:00\n",
            "booked 三村 由佳 - 2026-09-03T10:00:00 BX100",
        ),
        (
            "予約が確定しました",
            "お客様名：三村 様\n電話番号：090-1234-5678\n予約日時：2026/09/03 10:30\n受付番号：7\n",
            "booked 三村 09012345678 2026-09-03T10:30:00 7",
        ),
        (
            "予約がキャンセルされました",
            "以下の予約がキャンセルされました。\n予約ID: Z-1\n予約者: 三村 由佳\n予約日時: 2026年9月3日 10:00 - 11:00\n",
            "cancelled 三村 由佳 - 2026-09-03T10:00:00 Z-1",
        ),
        (
            "New booking",
            "Booking ID: 55\nName: Anna Bell\nPhone: +44 20 7946 0018\n",
            "booked Anna Bell +442079460018 - 55",
        ),
    ] {
        let head = format!("From: SALON BOARD <info@salonboard.example>\nSubject: {subject}");
        let reading = reading(&head, text);
        assert_eq!(reading.verdict.disposition, Disposition::Ignored(Ignored::BookingNotice), "{text}");
        let notice = reading.facts.notice.expect(text);
        let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let visit = notice.visit.map(|at| at.to_string());
        let read = [
            notice.kind.word().to_owned(),
            word(&notice.name),
            word(&notice.phone),
            word(&visit),
            word(&notice.reference),
        ];
        assert_eq!(read.join(" "), expected, "{text}");
    }
    // A customer who speaks of a portal is a customer.
    let asks = reading(
        "From: yuka@example.com\nSubject: 予約",
        "SALON BOARDで予約が入りました、と出ましたが確認できますか。",
    );
    assert_eq!((asks.verdict.disposition, asks.facts.notice), (Disposition::Case, None));
}

fn pleas() {
    for (text, others, demands) in [
        (
            "保存した写真が消えました。返金と、責任者からの説明を求めます。",
            "",
            "refund supervisor explanation",
        ),
        ("届いた端末の画面が割れていました。交換してください。返金は結構です。", "", "replacement"),
        ("受付の態度が失礼でした。謝罪していただけなければ消費生活センターに相談します。", "", "apology"),
        ("The tablet broke after a week. I do not want a refund, I want a replacement.", "", "replacement"),
        ("Żądam zwrotu pieniędzy i przeprosin. Obsługa była fatalna.", "", "refund apology"),
        ("妻と一緒に受けたいのですが、二人で予約できますか。", "along", ""),
        ("母の予約の件で代わりに連絡しています。段差はありますか。", "behalf", ""),
        ("I would like to book for two people on behalf of my manager.", "along behalf", ""),
        ("料金の説明をお願いします。", "", ""),
    ] {
        let facts = reading("From: yuka@example.com\nSubject: x", text).facts;
        let words: Vec<&str> = facts.others.iter().map(|found| found.value.word()).collect();
        assert_eq!(words.join(" "), others, "{text}");
        let words: Vec<&str> = facts.demands.iter().map(|found| found.value.word()).collect();
        assert_eq!(words.join(" "), demands, "{text}");
    }
}

fn phones() {
    let own = "From: taro@example.com\nSubject: x";
    for (text, phone) in [
        ("電話は090-1234-5678です", "09012345678"),
        ("TEL:０３（１２３４）５６７８", "0312345678"),
        ("TEL 03.1234.5678 FAX 03.1234.5679", "0312345678"),
        ("FAX 03-1234-5679 / TEL 03-1234-5678", "0312345678"),
        ("携帯 090 1234 5678、自宅 03-1234-5678", "09012345678,0312345678"),
        ("+81-90-1234-5678", "09012345678"),
        ("+81 (0)90 1234 5678", "09012345678"),
        ("+81 3 1234 5678", "0312345678"),
        ("電話 03-1234-5678(内線12)", "0312345678"),
        ("0120-555-777 までどうぞ", "0120555777"),
        ("050-3333-4444", "05033334444"),
        ("+48 600 555 123", "+48600555123"),
        ("call me on +1 (415) 555-0132", "+14155550132"),
        ("注文番号 AB-0901234-5678 です", ""),
        ("2026-06-10 10:00:00", ""),
        ("会員番号 12090123456789", ""),
        ("03-5555-0100 に電話しました", ""),
        ("090ー1234ー5678", "09012345678"),
        ("郵便番号 060-0001", ""),
    ] {
        check(own, text, &format!("case phone={phone}"));
    }
}

fn addresses() {
    for (head, text, mail) in [
        ("From: a@example.com\nSubject: x", "返信は b@example.org までお願いします。", "b@example.org"),
        ("From: a@example.com\nReply-To: c@example.net\nSubject: x", "料金は?", "c@example.net"),
        ("From: a@example.com\nSubject: x", "署名\n--\n中村\nb@example.org", "a@example.com"),
        (
            "From: noreply@aoba.example\nReply-To: c@example.net\nSubject: x",
            "お名前：三村\n電話：\n内容：料金は",
            "c@example.net",
        ),
        (
            "From: noreply@aoba.example\nReply-To: c@example.net\nSubject: x",
            "お名前：三村\nメール：d@example.net\n内容：料金は",
            "d@example.net",
        ),
        ("From: noreply@aoba.example\nSubject: x", "お名前：三村\n電話：\n内容：料金は", ""),
        ("From: foo..bar.@docomo.ne.jp\nSubject: x", "料金は", "foo..bar.@docomo.ne.jp"),
        ("From: a@example.com\nSubject: x", "Please reply to b@example.org instead.", "b@example.org"),
    ] {
        check(head, text, &format!("case mail={mail}"));
    }
}

fn topics() {
    let own = "From: 中村太一 <taro@example.com>\nSubject: ご連絡";
    for (text, expected) in [
        ("腰痛は治りますか", "symptom plain inquiry"),
        ("ヘルニアの手術をしましたが施術を受けられますか", "symptom staff template=shop-handover"),
        ("妊娠中ですが施術できますか", "symptom staff"),
        ("昨日の施術後から足がしびれて歩けません", "symptom staff urgent"),
        ("駅からの行き方を教えてください", "access template=access"),
        ("お盆は営業していますか", "hours"),
        ("受付は何時までですか", "hours"),
        ("6月20日の予約をキャンセルしたいです", "cancel inquiry calm"),
        ("今日の予約、行けなくなりました", "cancel urgent"),
        ("キャンセル料はかかりますか", "cancel"),
        ("6月20日15時の予約を6月22日の15時に変更したいです", "change reservation"),
        ("予約の日時を変更したいのですが", "change inquiry"),
        ("電車が遅れていて10分ほど遅れます", "change"),
        ("スタッフの態度が悪く不快でした", "complaint calm"),
        ("返金してください。今日中に回答がなければ弁護士に相談します", "complaint urgent"),
        ("アルバイトに応募したいです", "job"),
        (
            "弊社の集客支援サービスをご紹介したく、ご連絡しました。6月15日14時にお打ち合わせはいかがでしょうか",
            "sales inquiry",
        ),
        ("図面帳 5 が起動しません", "support product=図面帳5 missing=phone"),
        ("ソフトが起動しません", "support missing=phone,version"),
        ("バージョン 3.2 で印刷できません", "support version=3.2 missing=phone"),
        ("注文番号 AB-12345 の商品はいつ届きますか", "order order_no=AB-12345 missing=phone"),
        ("先週注文した商品がまだ届きません", "order missing=phone,order_no"),
        ("図面帳Tabの購入を検討しています。見積もりをください", "purchase product=図面帳Tab"),
        ("ギフト券の有効期限はいつまでですか", "other"),
        ("傘を忘れたかもしれません", "other"),
        ("クレジットカードは使えますか", "price template=price"),
        ("予約したいのですがいつ空いていますか", "booking inquiry"),
        ("ご提案いただいた時間で大丈夫です", "booking"),
        ("Is parking available?", "access lang=en"),
        ("I want a refund today or I will call my lawyer", "complaint urgent lang=en"),
        ("Czy macie parking?", "access lang=pl"),
        ("请问怎么走？", "access lang=zh"),
    ] {
        check(own, text, &format!("case {expected}"));
    }
}

fn classes() {
    let own = "From: 中村太一 <taro@example.com>\nSubject: ご連絡";
    for (text, expected) in [
        ("6/20 15時に予約したいです", "reservation booking template=reservation-proposal"),
        ("6月20日の午前中、空いていますか", "reservation"),
        ("明日の夕方にお願いできますか", "reservation"),
        ("今日これから伺えますか", "reservation urgent"),
        ("来週どこかで予約したいです", "inquiry ambiguous"),
        ("平日の夜に予約したいです", "inquiry ambiguous"),
        ("明日の11時以降に折り返しお電話ください", "inquiry"),
        ("6月20日は営業していますか", "inquiry hours"),
        ("予約の確認です。6月15日11時であっていますか", "booking inquiry"),
        ("今日の15時の予約ですが、10分遅れます", "change inquiry urgent"),
        ("先週の土曜に伺った者です。料金を教えてください", "inquiry price"),
        ("6月20日(月)の15時に予約したいです", "ambiguous"),
        ("I would like to book June 20 at 3pm", "reservation booking lang=en"),
        ("Chciałbym zarezerwować wizytę na 20 czerwca o 15:00", "reservation booking lang=pl"),
        ("我想预约6月20日下午3点", "reservation booking lang=zh"),
    ] {
        check(own, text, &format!("case {expected}"));
    }
    check(
        "From: 中村 <taro@example.com>\nSubject: 6/20 15時 予約希望",
        "よろしくお願いします。",
        "case reservation booking",
    );
    check(
        ROBOT,
        "お名前：三村\n電話：090-1234-5678\nメール：a@example.com\n第一希望日：6月20日\n第一希望時間：15時\n内容：\n",
        "case reservation booking",
    );
}

/// Sentences as customers write them, in no order.
fn everyday() {
    let own = "From: 三村 由佳 <yuka@example.com>\nSubject: お問い合わせ";
    for (text, expected) in [
        ("明日の14時から空きありますか?", "booking reservation calm"),
        ("12日の夕方以降で空いているところがあれば予約したいです。", "booking reservation"),
        ("6/13(土)か6/14(日)の午前中に2名で伺いたいのですが可能でしょうか。", "booking reservation clear"),
        ("第1希望 6/15 18時\n第2希望 6/16 19時\nよろしくお願いします。", "booking reservation"),
        ("来月あたりに一度診ていただきたいです。", "booking inquiry ambiguous"),
        ("毎週水曜の夜に通えますか?予約の取り方を教えてください。", "booking inquiry"),
        ("ホームページから予約しようとしましたがエラーになります。", "support inquiry"),
        ("初診はいくらかかりますか?また所要時間を教えてください。", "price inquiry"),
        ("回数券の値段と有効期限を教えてください。", "price"),
        ("60分コースと90分コースの違いは何ですか。料金も知りたいです。", "price"),
        ("交通事故のむち打ちで通院しています。そちらでも診てもらえますか。", "symptom staff"),
        ("産後の骨盤矯正は何か月目から受けられますか。生後2か月の赤ちゃんがいます。", "symptom staff"),
        ("肩こりがひどいのですが、良くなりますか。", "symptom plain"),
        ("猫背は治せますか?", "symptom plain"),
        ("血圧の薬を飲んでいますが、施術は受けられますか?", "symptom staff"),
        ("車で行く予定です。近くにコインパーキングはありますか。", "access"),
        ("ビルの何階ですか。エレベーターはありますか?", "access"),
        ("中央院の住所を教えてください。", "access shop=中央院"),
        ("祝日は何時まで受付していますか?", "hours"),
        ("夏季休業の日程を教えてください。", "hours"),
        (
            "明日のお昼に予約していた三村ですが、体調不良のためキャンセルします。",
            "cancel inquiry calm name=三村由佳",
        ),
        ("本日18時の予約ですが、急な仕事で行けなくなってしまいました。申し訳ありません。", "cancel urgent"),
        ("当日キャンセルの場合、料金は発生しますか。", "cancel"),
        ("12日13時の予約を14日の13時に変更できますか。", "change reservation"),
        ("予約時間に間に合いそうにありません。20分ほど遅れます。", "change"),
        ("次回の予約の担当を女性の先生に変えてほしいです。", "change"),
        ("昨日伺いましたが、受付の方の対応がとても失礼で残念でした。", "complaint inquiry"),
        ("何度電話しても出ません。どうなっているのですか。", "complaint"),
        ("二重に請求されています。確認してください。", "complaint"),
        ("タブレットから煙が出ました。危険なので至急対応してください。", "urgent"),
        (
            "納品した写真が全部消えました。今日中に復旧してください。責任を取ってください。",
            "complaint urgent",
        ),
        ("アップデートしたらアプリが落ちるようになりました。", "support missing=phone,version"),
        (
            "図面帳 5 のバージョン2.1を使っています。写真の取り込み方法を教えてください。",
            "support missing=phone version=2.1",
        ),
        ("パスワードを忘れてログインできません。", "support"),
        ("遠隔サポートを6月15日の10時にお願いします。", "support reservation"),
        ("図面帳Tabのデモを6月18日14時にお願いできますか。", "purchase reservation"),
        ("5ライセンス追加したいのですが、お見積りをお願いします。", "purchase"),
        ("カタログを送ってください。購入を検討中です。", "purchase"),
        ("注文をキャンセルしたいです。注文番号はZ-20260601-7です。", "order missing=phone"),
        ("請求書の宛名を変更して再発行してください。", "order"),
        ("届いた商品を返品したいです。", "order"),
        ("領収書をなくしました。先日の施術分の再発行は可能ですか。", "other"),
        ("雑誌の取材のお願いでご連絡しました。", "other"),
        ("受付スタッフの求人を見ました。面接をお願いしたいです。", "job"),
        ("新卒採用の予定はありますか。", "job"),
        ("貴院の売上アップにつながるサービスをご紹介したく、ご連絡いたしました。", "sales"),
        (
            "弊社は電力コストを削減するサービスを提供しております。一度お打ち合わせのお時間をいただけませんか。",
            "sales",
        ),
        ("友人への贈り物にギフト券を買いたいのですが。", "purchase"),
        ("朝イチで伺いたいです。今日は空いていますか?", "booking reservation urgent"),
        ("空いている時間を教えてください。", "booking inquiry"),
        ("電話が苦手なのでメールで予約できますか。", "booking inquiry"),
        ("6月20日の15時に予約した三村です。駐車場はありますか。", "access inquiry"),
        ("息子の肩を診てもらいたいです。金曜の16時半はどうですか。", "booking reservation"),
        ("ぎっくり腰で動けません。今日診てもらえますか。", "booking reservation urgent"),
        ("子ども連れでも大丈夫ですか?", "inquiry"),
        ("着替えは必要ですか。", "inquiry"),
        ("Hi, can I book a 60 min session this Saturday at 11am? - Emma", "booking reservation lang=en"),
        (
            "Could you please move my appointment from June 12 to June 15 at 4pm?",
            "change reservation lang=en",
        ),
        ("I have to cancel tomorrow's appointment, sorry.", "cancel inquiry lang=en"),
        ("Do you take walk-ins? How much for 30 minutes?", "price lang=en"),
        ("I'm 20 weeks pregnant. Is it safe to get a massage?", "symptom staff lang=en"),
        ("After my last visit my back got worse and I can't walk.", "symptom staff urgent lang=en"),
        ("The app crashes when I import photos.", "support lang=en"),
        ("Where can I park?", "access lang=en"),
        ("Are you open on Sundays?", "hours lang=en"),
        ("I left my umbrella at your clinic yesterday.", "other lang=en"),
        ("Is there any slot tomorrow afternoon?", "booking reservation lang=en"),
        (
            "Dzień dobry, czy można przełożyć wizytę z 12 czerwca na 15 czerwca o 16:00?",
            "change reservation lang=pl",
        ),
        ("Ile kosztuje masaż pleców?", "price lang=pl"),
        ("Jakie są godziny otwarcia w sobotę?", "hours lang=pl"),
        ("Jestem w ciąży, czy mogę skorzystać z zabiegu?", "symptom staff lang=pl"),
        ("Chcę odwołać jutrzejszą wizytę.", "cancel lang=pl"),
        ("Gdzie jest moja paczka? Zamówienie nr 12345.", "order lang=pl"),
        ("明天下午有空位吗？", "booking reservation lang=zh"),
        ("我想取消6月12日的预约。", "cancel inquiry lang=zh"),
        ("请问附近有停车场吗？", "access lang=zh"),
        ("我怀孕了，可以做按摩吗？", "symptom staff lang=zh"),
        ("一次多少钱？可以刷信用卡吗？", "price lang=zh"),
    ] {
        check(own, text, &format!("case {expected}"));
    }
}

fn machines() {
    for (head, text, expected) in [
        ("From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail", "user unknown", "bounce"),
        ("From: postmaster@x.example\nReturn-Path: <>\nSubject: 配信不能", "送信できませんでした", "bounce"),
        (
            "From: a@x.example\nAuto-Submitted: auto-replied\nSubject: Re: 予約",
            "ありがとうございます",
            "auto_reply",
        ),
        ("From: a@x.example\nSubject: 自動返信：不在", "休暇中です。6月20日に戻ります", "auto_reply"),
        (
            "From: a@x.example\nSubject: Re: 見積",
            "現在、休暇をいただいております。6月20日より対応します。",
            "auto_reply",
        ),
        ("From: a@x.example\nSubject: Out of Office", "I will be back on June 20.", "auto_reply"),
        (
            "From: a@x.example\nList-Unsubscribe: <https://x.example/u>\nSubject: 夏の新商品",
            "新商品のご案内",
            "newsletter",
        ),
        ("From: a@x.example\nSubject: 6月号", "配信停止はこちら", "newsletter"),
        (
            "From: a@portal.example\nSubject: 新規予約のお知らせ",
            "予約日時：6月20日 15:00\nお客様名：三村 様\n電話番号：090-1234-5678",
            "booking_notice",
        ),
        (
            "From: a@portal.example\nAuto-Submitted: auto-generated\nSubject: 予約リマインド",
            "明日の予約は2件です",
            "booking_notice",
        ),
        ("From: a@portal.example\nSubject: 口コミが投稿されました", "★5 とても良かった", "system_notice"),
        ("From: root@aoba.example\nSubject: backup report", "ok", "system_notice"),
        ("From: a@x.example\nSubject: 開封確認: ご予約", "メッセージは開封されました", "read_receipt"),
        (
            "From: a@bank.example\nSubject: アカウントを停止しました",
            "こちらをクリックして本人確認をしてください http://x.example",
            "spam",
        ),
        (
            "From: form@aoba.example\nAuto-Submitted: auto-generated\nPrecedence: bulk\nSubject: お問い合わせ",
            "お名前：三村\n電話：090-1234-5678\n内容：料金は\n",
            "case",
        ),
        ("From: a@x.example\nSubject: Re: 新規予約のお知らせ", "この予約は私のものではありません", "case"),
        ("From: a@x.example\nSubject: メルマガ停止", "メルマガの配信停止をお願いします。", "case"),
        (
            "From: a@x.example\nSubject: バックアップの方法",
            "バックアップの方法を教えてください",
            "case support",
        ),
        (
            "From: a@x.example\nSubject: メールが届きませんでした",
            "予約の確認メールが届きませんでした",
            "case",
        ),
        ("From: a@x.example\nSubject: 夏季休暇中の営業", "営業時間を教えてください", "case hours"),
        (
            "From: a@x.example\nSubject: ログイン",
            "アカウントがロックされました。ログインできません。対処方法を教えてください",
            "case support",
        ),
        (
            "From: a@x.example\nList-Id: <desk.aoba.example>\nPrecedence: list\nSubject: 質問",
            "駐車場はありますか",
            "case access",
        ),
        (
            "From: a@x.example\nIn-Reply-To: <1@aoba.example>\nPrecedence: bulk\nSubject: Re: ご予約",
            "15時でお願いします",
            "follow_up",
        ),
        ("From: a@review.example\nSubject: 新しいクチコミが届きました", "★5 良かった", "system_notice"),
        (
            "From: relay@talk.example\nAuto-Submitted: auto-generated\nSubject: 新しいメッセージが届きました",
            "「みさき」さんからメッセージが届きました。\n明日の14時に予約したいです。",
            "case reservation",
        ),
        ("From: desk@aoba.example\nX-Madoguchi-Ref: abc\nSubject: x", "ありがとうございます", "own"),
        // Another desk like ours: what its machine says, and what its people approved.
        (
            "From: a@x.example\nX-Madoguchi-Ref: ack.1\nAuto-Submitted: auto-replied\nSubject: 受付",
            "駐車場はありますか",
            "auto_reply",
        ),
        (
            "From: a@x.example\nX-Madoguchi-Ref: ask.1\nAuto-Submitted: auto-generated\nIn-Reply-To: <1@aoba.example>\nSubject: Re: x",
            "駐車場はありますか",
            "auto_reply",
        ),
        ("From: a@x.example\nX-Madoguchi-Ref: reply.1\nSubject: 質問", "駐車場はありますか", "case access"),
        ("From: a@x.example\nX-Loop: desk@aoba.example\nSubject: 質問", "駐車場はありますか", "own"),
        ("From: a@x.example\nX-Loop: list@x.example\nSubject: 質問", "駐車場はありますか", "case access"),
    ] {
        check(head, text, expected);
    }
}

fn threads() {
    for (head, text, expected) in [
        (
            "From: a@example.com\nIn-Reply-To: <1@aoba.example>\nSubject: Re: ご予約",
            "15時でお願いします",
            "follow_up booking missing=",
        ),
        (
            "From: a@example.com\nReferences: <1@x.example> <2@aoba.example>\nSubject: Re: x",
            "ありがとうございます",
            "follow_up",
        ),
        (
            "From: a@example.com\nSubject: Re: ご予約について",
            "承知しました\n\n> あおば整体です。6/20 15時はいかがですか",
            "follow_up booking",
        ),
        ("From: a@example.com\nSubject: Re: ご予約について", "承知しました", "case"),
        (
            "From: a@example.com\nIn-Reply-To: <1@other.example>\nSubject: Re: x",
            "料金を教えてください",
            "case price",
        ),
        (
            "From: a@example.com\nIn-Reply-To: <1@aoba.example>\nSubject: Re: ご予約",
            "やはりキャンセルします\n\n> 返金は6月20日です\n> 03-9999-0000",
            "follow_up cancel phone=",
        ),
    ] {
        check(head, text, expected);
    }
    let letter = mime::letter(b"From: a@example.com\r\nIn-Reply-To: <1@b.example>\r\n\r\nok\r\n").unwrap();
    let known = read(&letter, &DESK, &RULES, &Context { answers_ours: true, ..Context::default() });
    assert_eq!(known.verdict.disposition, Disposition::FollowUp);
}

/// Light signs make a machine together; one of them beside a person's words does not.
#[test]
fn light_signs_add_up_and_people_speak_against_them() {
    const OURS: &str = "In-Reply-To: <a1@aoba.example>\nSubject: Re: ご予約の確認";
    for (head, text, expected) in [
        (
            "From: noreply@tel.example\nSubject: メールが届きませんでした",
            "下記の宛先にお届けできませんでした。\n宛先：x@tel.example\n理由：受信拒否",
            "bounce",
        ),
        (OURS, "出張のため、メールを確認できません。22日以降に順次ご返信します。", "auto_reply"),
        (OURS, "出張で返信が遅れました。22日の15時でお願いします。", "follow_up"),
        (
            "From: info@shop.example\nSubject: お問い合わせを受け付けました",
            "以下の内容で承りました。\nお名前：中央院\nメール：desk@aoba.example\nお問い合わせ内容：在庫はありますか",
            "auto_reply",
        ),
        (
            "From: nas@lan.example\nSubject: バックアップの結果",
            "ジョブ: daily\n結果: 成功\n自動送信されました。",
            "system_notice",
        ),
        (
            "From: 江口 <e@x.example>\nSubject: バックアップ",
            "バックアップの結果はどこで見られますか。江口です。",
            "case",
        ),
        (
            "From: お知らせ <a@kr77.example>\nSubject: 緊急",
            "お客様の口座の利用を停止いたしました。24時間以内に下記より更新してください。\nhttp://x.kr77.example/a",
            "spam",
        ),
        (
            "From: 大和 <d@x.example>\nSubject: Fwd: 予約確定のお知らせ",
            "予約した院を間違えました。変えてもらえますか。\n\n---------- Forwarded message ---------\nFrom: 案内 <n@portal.example>\nSubject: 予約確定のお知らせ\n\n予約番号：11",
            "case",
        ),
        (
            "From: 牧 <m@x.example>\nSubject: 料金",
            "60分の料金を教えてください。\n\n--\n牧デザイン | Unsubscribe",
            "case",
        ),
    ] {
        check(head, text, expected);
    }
    settle();
}

/// A demand with a deadline of two working days is urgent, a later one is not; so is a slot that is still to come.
#[test]
fn short_deadlines_are_urgent() {
    for (text, expected) in [
        (
            "回数券の返金がまだです。6月12日までに回答がなければ消費生活センターに行きます。",
            "complaint urgent",
        ),
        ("回数券の返金がまだです。6月30日までに回答がなければ消費生活センターに行きます。", "complaint calm"),
        ("本日15時の予約ですが、10分遅れます。", "change urgent"),
    ] {
        check("From: a@x.example\nSubject: 件", text, expected);
    }
    settle();
}

/// Full-width and half-width spellings of one mail give the same facts.
#[test]
fn width_changes_nothing() {
    let half =
        "氏名: 三村由佳\nTEL: 090-1234-5678\nMail: yuka@example.com\n内容: 6/20 15:00に予約したいです\n";
    let full: String = half
        .chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            ' ' => '\u{3000}',
            other => other,
        })
        .collect();
    let (half, full) = (reading(ROBOT, half), reading(ROBOT, &full));
    let values = |r: &Reading| {
        (
            r.facts.name.as_ref().map(|f| f.value.clone()),
            r.facts.phones.clone(),
            r.facts.email.as_ref().map(|f| f.value.clone()),
            r.facts.wishes.iter().map(|w| (w.start, w.grain, w.role)).collect::<Vec<_>>(),
            r.verdict.class,
            r.verdict.topic.clone(),
        )
    };
    assert_eq!(values(&half), values(&full));
    assert!(values(&half).0.is_some());
}

/// Every span points at the words it claims to have been read from.
#[test]
fn spans_hold_their_words() {
    let text =
        "こんにちは。６／２０の１５時に予約したいです。\n\n三村 由佳\nｔｅｌ ０９０－１２３４－５６７８\n";
    let reading = reading("From: a@example.com\nSubject: x", text);
    let facts = &reading.facts;
    for found in [facts.name.as_ref(), facts.phone.as_ref()].into_iter().flatten() {
        assert_eq!(text.get(found.span.start..found.span.end), Some(found.text.as_str()));
    }
    for wish in &facts.wishes {
        assert_eq!(text.get(wish.span.start..wish.span.end), Some(wish.text.as_str()));
    }
    assert_eq!(facts.phones, ["09012345678"]);
    assert_eq!(facts.wishes.len(), 1);
}

/// Texts of the largest size that is read, built to make careless scanning quadratic. No timing is asserted: a
/// quadratic reader makes the suite hang visibly.
#[test]
fn hostile_lengths_are_read() {
    for piece in [
        "です",
        "田中です。",
        "090-1234-5678 ",
        "名前：a ",
        "> q\n",
        "a@b.example まで返信 ",
        "予約",
        "(",
        "：",
        "On 2026 x <a@b> wrote:\n",
        "6/20 15時 ",
        "お名前：山田\n",
        "-- \n",
        "１",
        "【",
        "\t",
    ] {
        let text = piece.repeat(120_000 / piece.len());
        reading("From: a@example.com\nSubject: x", &text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    /// No bytes make a letter panic, and no letter makes the reading panic; spans stay inside the text.
    #[test]
    fn any_bytes_are_read_or_refused(head in "(From|Subject|Date|Content-Type|Reply-To): [ -~あ-ん予約〒＜＞]{0,40}", body in "[ -~\\n\\t０-９あ-ん予約お名前電話：】【＠①㈱ー。、>]{0,200}") {
        let mail = format!("{head}\r\nDate: Wed, 10 Jun 2026 10:00:00 +0900\r\n\r\n{body}");
        if let Ok(letter) = mime::letter(mail.as_bytes()) {
            let reading = read(&letter, &DESK, &RULES, &Context::default());
            for found in [&reading.facts.name, &reading.facts.phone, &reading.facts.order_no].into_iter().flatten() {
                if found.source == madoguchi::triage::verdict::Source::Text {
                    proptest::prop_assert!(letter.text.get(found.span.start..found.span.end).is_some());
                }
            }
        }
    }

    #[test]
    fn raw_bytes_never_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let mut mail = b"From: a@example.com\r\nSubject: ".to_vec();
        mail.extend(&bytes);
        mail.extend(b"\r\n\r\n");
        mail.extend(&bytes);
        proptest::prop_assert!(!matches!(mime::letter(&mail), Err(mime::Unreadable::Panicked)));
    }
}
