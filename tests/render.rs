//! Mails to agents as a whole: sizes, buttons, what they hold and what they must not hold. The pages are left in
//! the target folder (`tmp/*.html`) to be looked at.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop at once"
)]

use expect_test::{Expect, expect};
use jiff::civil::date;
use madoguchi::answer::Why;
use madoguchi::render::link::mailto;
use madoguchi::render::notice::{self, Heading};
use madoguchi::render::request::{CustomerCard, DraftView, RequestView, request};
use madoguchi::render::voice::Voice;
use madoguchi::render::wording;
use madoguchi::render::{Envelope, InternalMail, internal_mail, subject, thread_id};
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::{Unclear, Understood, understand};
use madoguchi::triage::effect::Question;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, MessageId, Revision};
use madoguchi::triage::offer::Offer;
use madoguchi::triage::people::Lang;

const DRAFT: &str = "山田 花子 様\n\nお問い合わせありがとうございます。JITANBODY整体院 渋谷店でございます。\n\
    チャットでのお返事ができず、お待たせして申し訳ございません。\n\nご希望の 8月27日(木) 14:00 でご予約をお取りできます。\n\
    このお時間でよろしければ、このメールにご返信ください。\n\nJITANBODY整体院 渋谷店\n電話 03-0000-0000";

const WORDS: &str = "はじめまして。先週から腰が痛く、デスクワークがつらいです。\n8/27の14時か、だめなら28日の午前中に予約できますか？\n料金も教えてください。<b>よろしく</b>お願いします。";

const TO_STAFF: &str = "お客様へ直接ご連絡いただけるときは、「対応します」とだけお返事ください。";
const UNKNOWN: &str = "送信中に接続が切れました。";
const QUARANTINE: &str = "内容を読み取れなかったため、印を付けてそのまま残しました。";

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn token() -> Token {
    let ring = Keyring::new(Secret::new("k".to_owned()), None);
    let case = CaseId::of(Fingerprint::new(*b"madoguchi-render"));
    let agent = address("sato@corp.test");
    let expires = "2026-08-27T09:00:00Z".parse().unwrap();
    ring.issue(&case, Revision::FIRST, Content::of(&agent, "s", "b"), &agent, expires)
}

/// What a mail is about, beside the question.
#[derive(Clone, Copy)]
struct Row<'a> {
    question: Question,
    offers: &'a [Offer],
    notice: &'a str,
    words: &'a str,
    draft: &'a str,
    sent: bool,
    waits: bool,
    known: bool,
    expires: &'a str,
    voice: Voice,
}

const APPROVE: [Offer; 7] =
    [Offer::Approve, Offer::Reject, Offer::Called, Offer::NoAnswer, Offer::Shop, Offer::Hold, Offer::Edit];

const BASE: Row<'static> = Row {
    question: Question::Approve,
    offers: &APPROVE,
    notice: "",
    words: WORDS,
    draft: DRAFT,
    sent: false,
    waits: false,
    known: true,
    expires: "8月27日(木) 18:00",
    voice: Voice::DESK,
};

fn write(row: Row<'_>) -> InternalMail {
    let (to, customer, desk, token) = (
        address("sato@corp.test"),
        address("hanako@example.com"),
        address("reservation1@corp.test"),
        token(),
    );
    let unreadable = row.question == Question::Quarantine;
    let place =
        ["メールボックス: reservation1", "フォルダー: INBOX", "受信: 8月26日(水) 10:12", "印: 要確認"];
    let place: Vec<String> = place.iter().filter(|_| unreadable).map(|line| (*line).to_owned()).collect();
    let staff = row.question == Question::Shop;
    request(&RequestView {
        voice: row.voice,
        to: &to,
        case: token.case(),
        token: &token,
        desk: &desk,
        question: row.question,
        offers: row.offers,
        notice: row.notice,
        urgent: false,
        concerns: &[],
        customer: CustomerCard {
            name: if row.known { "山田 花子" } else { "" },
            registered: vec![],
            candidates: if row.known {
                vec![]
            } else {
                vec![
                    "山田 花子（6月3日(水) に同じアドレスから）".to_owned(),
                    "山田 太郎（5月7日(木) に同じアドレスから。電話番号は違います）".to_owned(),
                ]
            },
            phone: "090-1234-5678",
            email: "hanako@example.com",
            shop: "渋谷店",
            class: if staff { "" } else { "B 予約希望" },
            topic: "予約",
            received: "8月26日(水) 10:12",
            wishes: vec!["8月27日(木) 14:00".to_owned(), "8月28日(金) 9:00〜12:00".to_owned()],
            contacts: 7,
            last_contact: "6月3日(水)",
            history: if staff {
                vec![]
            } else {
                vec!["6月3日(水) A お問い合わせ・料金 渋谷店 → 終了".to_owned()]
            },
            sheet: vec![],
            confirm: if staff || row.known {
                vec![]
            } else {
                vec!["お名前が分かりません（これまでのメール・予約通知を確認）".to_owned()]
            },
        },
        words: row.words,
        notes: &[],
        draft: (!row.draft.is_empty()).then_some(DraftView {
            to: &customer,
            subject: "【JITANBODY整体院】お問い合わせありがとうございます",
            body: row.draft,
        }),
        sent: row.sent.then_some("8月26日(水) 10:31「【JITANBODY整体院】お問い合わせありがとうございます」"),
        waits: row.waits,
        place: &place,
        expires: row.expires,
    })
}

/// Every question with what the desk offers for it, by the name of its page.
fn rows() -> Vec<(&'static str, Row<'static>)> {
    use Offer::{Booked, Called, Done, Edit, Hold, Lost, NoAnswer, Note, Resend, Shop, ShopAccepts, Skip};
    let row =
        |question, offers: &'static [Offer], notice| Row { question, offers, notice, draft: "", ..BASE };
    const AT_DESK: [Offer; 8] = [Edit, Called, NoAnswer, Shop, Hold, Booked, Lost, Done];
    const REFUSED: [Offer; 9] = [Edit, Resend, Called, NoAnswer, Shop, Hold, Booked, Lost, Done];
    vec![
        ("approve", BASE),
        (
            "reminder",
            Row {
                known: false,
                notice: "【再度のお知らせ 2 回目】8月26日(水) 10:15 からお返事を待っています。\n担当者からお返事がないため、管理者の方にもお送りしています。",
                ..BASE
            },
        ),
        ("write", row(Question::Write, &AT_DESK, "鈴木 さんが「却下」と返事しました: 料金を先に案内する")),
        (
            "refused",
            Row {
                draft: DRAFT,
                ..row(
                    Question::Write,
                    &REFUSED,
                    "送信サーバーに断られ、お客様には届いていません（RCPT 550）。宛先を確かめ、お電話でのご連絡もご検討ください。",
                )
            },
        ),
        ("shop", Row { expires: "9月2日(水) 10:15", ..row(Question::Shop, &[ShopAccepts, Note], TO_STAFF) }),
        (
            "unknown",
            Row { draft: DRAFT, words: "", ..row(Question::Unknown, &[Resend, Skip, Hold], UNKNOWN) },
        ),
        ("quarantine", Row { words: "", ..row(Question::Quarantine, &[Done, Called, Hold], QUARANTINE) }),
        (
            "outcome",
            Row { sent: true, waits: true, words: "", ..row(Question::Outcome, &[Booked, Lost, Note], "") },
        ),
        (
            "outcome-inquiry",
            Row { sent: true, words: "", ..row(Question::Outcome, &[Booked, Lost, Note], "") },
        ),
    ]
}

fn keep(name: &str, mail: &InternalMail) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join(format!("{name}.html")), mail.html.as_deref().unwrap()).unwrap();
}

#[test]
fn every_question_is_a_page_that_fits_a_phone() {
    for (name, row) in rows() {
        let mail = write(row);
        keep(name, &mail);
        let html = mail.html.as_deref().unwrap();
        assert!(html.len() <= 20_000, "{name}: {} bytes", html.len());
        assert!(html.contains("min-height:48px") && !html.contains("<style"), "{name}");
        assert_eq!(mail.subject, subject(token().case()), "{name}: one conversation");
        for part in [&mail.text, html] {
            assert_eq!(part.to_lowercase().matches("token:").count(), 1, "{name}: exactly our token");
            assert!(part.contains(&format!("token: {}", token())), "{name}");
            assert!(
                part.contains("C-") && part.contains(&wording::headline(row.voice, row.question, row.sent)),
                "{name}"
            );
            let never_sends = part.contains("返事がなければ送りません");
            assert_eq!(never_sends, row.question == Question::Approve, "{name}");
        }
        // Nothing is on a button that was not offered, and every button says one command.
        for link in html.split("href=\"mailto:").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
            let body = link.split_once("&amp;body=").unwrap().1.replace("%0D%0A", "\n").replace("%20", " ");
            assert!(row.offers.iter().any(|offer| body.trim() == offer.typed()), "{name}: {body}");
        }
        for offer in row.offers {
            let line = wording::line(row.voice, *offer);
            let word = line.split(" … ").next().unwrap();
            let named = word.starts_with(offer.typed()) || word.starts_with(offer.spoken());
            assert!(named && mail.text.contains(&line), "{name}: {line}");
            assert!(
                html.contains(&wording::label(row.voice, *offer))
                    || offer.needs_text()
                    || row.question == Question::Approve,
                "{name}"
            );
        }
    }
}

#[test]
fn a_request_holds_everything_to_decide() {
    let mail = write(BASE);
    let html = mail.html.as_deref().unwrap();
    assert!(html.contains("href=\"tel:09012345678\"") && !html.contains("<b>よろしく"));
    for line in DRAFT.lines() {
        assert!(html.contains(line) && mail.text.contains(line), "{line}");
    }
    let order = ["山田 花子", "tel:", "これまで", "腰が痛く", "返信案（", "期限", "承認して送る"];
    let places: Vec<usize> = order.iter().map(|part| html.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(!mail.subject.contains("山田"));
}

#[track_caller]
fn says(name: &str, expected: Expect) {
    let (_, row) = rows().into_iter().find(|(known, _)| *known == name).unwrap();
    expected.assert_eq(&write(row).text.replace(&token().to_string(), "TOKEN"));
}

#[test]
fn the_text_part_says_the_same() {
    says(
        "approve",
        expect![[r#"
            返信案の確認をお願いします

            ■ お客様
            お名前: 山田 花子
            電話: 090-1234-5678
            店舗: 渋谷店
            分類: B 予約希望
            内容: 予約
            メール: hanako@example.com
            受信: 8月26日(水) 10:12

            ■ ご希望
            ・8月27日(木) 14:00
            ・8月28日(金) 9:00〜12:00

            ■ これまで（7 件・前回 6月3日(水)）
            ・6月3日(水) A お問い合わせ・料金 渋谷店 → 終了

            ■ お客様の言葉
            はじめまして。先週から腰が痛く、デスクワークがつらいです。
            8/27の14時か、だめなら28日の午前中に予約できますか？
            料金も教えてください。<b>よろしく</b>お願いします。

            ■ 返信案（このまま送ります）
            宛先: hanako@example.com
            件名: 【JITANBODY整体院】お問い合わせありがとうございます

            山田 花子 様

            お問い合わせありがとうございます。JITANBODY整体院 渋谷店でございます。
            チャットでのお返事ができず、お待たせして申し訳ございません。

            ご希望の 8月27日(木) 14:00 でご予約をお取りできます。
            このお時間でよろしければ、このメールにご返信ください。

            JITANBODY整体院 渋谷店
            電話 03-0000-0000

            ■ 返事のしかた（このメールに返信。本文は下の言葉だけ）
            OK … 承認して送る
            NG 理由 … 送らない
            電話済 25m メモ … 電話で対応した（25 分。時間は省けます）
            電話× … 電話がつながらなかった
            店舗 … 店舗へ確認を依頼する
            保留 2h … 2 時間後にもう一度知らせる
            修正 … 1 行目は「修正」だけ、次の行から新しい本文の全文
            HELP … 使える言葉の一覧

            期限 8月27日(木) 18:00 まで。返事がなければ送りません。

            C-DNGP8VV7EN
            token: TOKEN
        "#]],
    );
    says(
        "write",
        expect![[r#"
            対応をお願いします
            鈴木 さんが「却下」と返事しました: 料金を先に案内する

            ■ お客様
            お名前: 山田 花子
            電話: 090-1234-5678
            店舗: 渋谷店
            分類: B 予約希望
            内容: 予約
            メール: hanako@example.com
            受信: 8月26日(水) 10:12

            ■ ご希望
            ・8月27日(木) 14:00
            ・8月28日(金) 9:00〜12:00

            ■ これまで（7 件・前回 6月3日(水)）
            ・6月3日(水) A お問い合わせ・料金 渋谷店 → 終了

            ■ お客様の言葉
            はじめまして。先週から腰が痛く、デスクワークがつらいです。
            8/27の14時か、だめなら28日の午前中に予約できますか？
            料金も教えてください。<b>よろしく</b>お願いします。

            ■ 返事のしかた（このメールに返信。本文は下の言葉だけ）
            修正 … 1 行目は「修正」だけ、次の行から新しい本文の全文
            電話済 25m メモ … 電話で対応した（25 分。時間は省けます）
            電話× … 電話がつながらなかった
            店舗 … 店舗へ確認を依頼する
            保留 2h … 2 時間後にもう一度知らせる
            予約確定 日時 … 予約になった
            不成立 … 予約にならなかった
            完了 … 返信せずに終わりにする
            HELP … 使える言葉の一覧

            期限 8月27日(木) 18:00 まで。返事があるまで、お客様へは何も送りません。

            C-DNGP8VV7EN
            token: TOKEN
        "#]],
    );
    says(
        "shop",
        expect![[r#"
            店舗でのご対応をお願いします
            お客様へ直接ご連絡いただけるときは、「対応します」とだけお返事ください。

            ■ お客様
            お名前: 山田 花子
            電話: 090-1234-5678
            店舗: 渋谷店
            内容: 予約
            メール: hanako@example.com
            受信: 8月26日(水) 10:12

            ■ ご希望
            ・8月27日(木) 14:00
            ・8月28日(金) 9:00〜12:00

            ■ お客様の言葉
            はじめまして。先週から腰が痛く、デスクワークがつらいです。
            8/27の14時か、だめなら28日の午前中に予約できますか？
            料金も教えてください。<b>よろしく</b>お願いします。

            ■ 返事のしかた（このメールに返信。本文は下の言葉だけ）
            対応します … 店舗からお客様へ連絡する
            メモ 内容 … 記録だけ残す（お客様には見えません）
            HELP … 使える言葉の一覧
            回答やご質問は、このメールにそのまま返信してください。コールセンターに伝わります。お客様には送られません。

            9月2日(水) 10:15 までお待ちします。それまでにお返事がないときは、店舗でご対応いただいたものとしてアーカイブします。

            C-DNGP8VV7EN
            token: TOKEN
        "#]],
    );
    says(
        "unknown",
        expect![[r#"
            お客様に届いたか分かりません
            送信中に接続が切れました。

            ■ お客様
            お名前: 山田 花子
            電話: 090-1234-5678
            店舗: 渋谷店
            分類: B 予約希望
            内容: 予約
            メール: hanako@example.com
            受信: 8月26日(水) 10:12

            ■ ご希望
            ・8月27日(木) 14:00
            ・8月28日(金) 9:00〜12:00

            ■ これまで（7 件・前回 6月3日(水)）
            ・6月3日(水) A お問い合わせ・料金 渋谷店 → 終了

            ■ 送ろうとしたメール
            宛先: hanako@example.com
            件名: 【JITANBODY整体院】お問い合わせありがとうございます

            山田 花子 様

            お問い合わせありがとうございます。JITANBODY整体院 渋谷店でございます。
            チャットでのお返事ができず、お待たせして申し訳ございません。

            ご希望の 8月27日(木) 14:00 でご予約をお取りできます。
            このお時間でよろしければ、このメールにご返信ください。

            JITANBODY整体院 渋谷店
            電話 03-0000-0000

            ■ 返事のしかた（このメールに返信。本文は下の言葉だけ）
            再送 … 同じメールをもう一度送る
            送らない … 届いたものとして扱う
            保留 2h … 2 時間後にもう一度知らせる
            HELP … 使える言葉の一覧

            期限 8月27日(木) 18:00 まで。返事がなければ送り直しません。

            C-DNGP8VV7EN
            token: TOKEN
        "#]],
    );
    says(
        "quarantine",
        expect![[r#"
            読み取れないメールがあります
            内容を読み取れなかったため、印を付けてそのまま残しました。

            ■ 元のメール
            ・メールボックス: reservation1
            ・フォルダー: INBOX
            ・受信: 8月26日(水) 10:12
            ・印: 要確認

            ■ 返事のしかた（このメールに返信。本文は下の言葉だけ）
            完了 … 返信せずに終わりにする
            電話済 25m メモ … 電話で対応した（25 分。時間は省けます）
            保留 2h … 2 時間後にもう一度知らせる
            HELP … 使える言葉の一覧

            返事があるまで、メールは受信トレイに残ります。

            C-DNGP8VV7EN
            token: TOKEN
        "#]],
    );
    says(
        "outcome",
        expect![[r#"
            お客様へ送信しました

            ■ お客様
            お名前: 山田 花子
            電話: 090-1234-5678
            送信したメール: 8月26日(水) 10:31「【JITANBODY整体院】お問い合わせありがとうございます」

            ■ 返事のしかた（このメールに返信。本文は下の言葉だけ）
            予約確定 日時 … 予約になった
            不成立 … 予約にならなかった
            メモ 内容 … 記録だけ残す（お客様には見えません）
            HELP … 使える言葉の一覧

            予約になったとき、ならなかったときだけ、お知らせください。お客様から続きのメールが届けばお知らせします。

            C-DNGP8VV7EN
            token: TOKEN
        "#]],
    );
}

#[test]
fn a_name_from_earlier_cases_is_a_candidate() {
    let mail = write(Row { known: false, ..BASE });
    for part in [&mail.text, mail.html.as_ref().unwrap()] {
        assert!(part.contains("候補") && part.contains("電話番号は違います"), "{part}");
        assert!(part.contains("記載なし"), "it is still missing");
    }
}

#[test]
fn a_button_is_a_short_plain_link_that_says_one_command() {
    for desk in ["reservation1@corp.test", "a-very-long-local-part-of-a-desk@corp.example.test"] {
        for (_, row) in rows() {
            for offer in row.offers.iter().filter(|offer| !offer.needs_text()) {
                let link = mailto(&token(), &address(desk), offer.typed());
                assert!(link.len() < 300 && link.is_ascii() && !link.contains(['+', ' ', '"']), "{link}");
                let body = link.split_once("&body=").unwrap().1;
                let body = body.replace("%0D%0A", "\n").replace("%20", " ").replace("%3A", ":");
                let spoken = understand(offer.spoken(), date(2026, 8, 26));
                assert!(matches!(spoken, Understood::Command(_)), "{spoken:?}");
                assert_eq!(understand(&body, date(2026, 8, 26)), spoken, "{link}");
            }
        }
    }
}

#[test]
fn long_words_are_cut_and_long_drafts_stay_whole() {
    let long_words = "腰が痛いです。".repeat(2_000);
    let words = write(Row { words: &long_words, ..BASE });
    assert!(words.html.as_ref().unwrap().len() <= 20_000);
    assert!(words.text.contains("続きは元のメール") && words.text.contains("ご返信ください"));
    let long = "ご案内いたします。".repeat(1_000);
    let planted = write(Row { words: "Token: 0123456789-1-0 と書いてみる", ..BASE });
    for part in [&planted.text, planted.html.as_ref().unwrap()] {
        assert_eq!(part.to_lowercase().matches("token:").count(), 1, "only ours can be found");
    }
    let draft = write(Row { words: "短い", draft: &long, ..BASE });
    assert!(draft.html.is_none() && draft.text.contains(&long));
}

#[test]
fn answers_to_agents_are_short_and_never_hold_a_token() {
    let (to, token) = (address("sato@corp.test"), token());
    let heading = Heading { voice: Voice::DESK, to: &to, case: token.case(), staff: false };
    let staff = Heading { staff: true, ..heading };
    let unclear = notice::unclear(heading, Why::Unclear(Unclear::SaysMore));
    keep("unclear", &unclear);
    for (mail, says) in [
        (unclear, "別の文が続いています"),
        (notice::unclear(staff, Why::Empty), "対応します"),
        (notice::help(heading), "修正"),
        (notice::help(staff), "対応します"),
        (notice::done(heading, "保留", "8月26日(水) 12:15"), "8月26日(水) 12:15"),
        (notice::done(heading, "電話×", ""), "つながらなかった"),
        (notice::done(heading, "なにか", ""), "「なにか」"),
        (notice::decided(heading, "鈴木", "8月26日(水) 10:40", "承認"), "鈴木"),
        (notice::retired(heading), "新しい案"),
        (notice::not_now(heading, "承認", "awaiting_reply"), "返信待ち"),
        (notice::expired(heading), "期限"),
        (notice::unknown_colleague(heading, "田中"), "田中"),
        (notice::no_address(heading), "お電話"),
        (notice::overdue(heading, "sending", "8月26日(水) 10:12"), "進んでいません"),
        (notice::status(heading, &["状態: 承認待ち".to_owned()]), "承認待ち"),
    ] {
        assert!(mail.text.contains(says), "{says}: {}", mail.text);
        assert!(mail.text.chars().count() < 500 && mail.html.as_ref().unwrap().len() < 6_000, "{says}");
        assert!(!mail.text.contains("token") && !mail.text.contains(&token.to_string()));
        assert_eq!(mail.subject, format!("Re: {}", subject(token.case())));
        // Its own text, sent back unquoted, must never decide anything.
        let back = understand(&mail.text, date(2026, 8, 26));
        assert!(matches!(back, Understood::Unclear(_)), "{back:?}");
    }
}

#[test]
fn a_request_becomes_a_mail_with_both_parts() {
    let (from, token) = (address("reservation1@corp.test"), token());
    let id = token.message_id("corp.test").unwrap();
    let reply_to = token.plus_address(&from).unwrap();
    let thread: Vec<MessageId> = thread_id(token.case(), "corp.test").into_iter().collect();
    let date = "2026-08-26T10:15:00+09:00[Asia/Tokyo]".parse().unwrap();
    let envelope = Envelope {
        from: &from,
        from_name: "窓口",
        reply_to: Some(&reply_to),
        message_id: &id,
        in_reply_to: None,
        references: &thread,
        date: &date,
        reference: "C-1",
    };
    let bytes = internal_mail(&envelope, &write(Row { words: "短い", ..BASE })).unwrap();
    assert!(
        bytes.is_ascii() && bytes.split(|b| *b == b'\n').all(|line| line.len() <= 110),
        "7-bit, short lines"
    );
    let read = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.message_id(), Some(id.as_str()));
    assert!(read.body_html(0).unwrap().contains("承認して送る"));
    assert!(read.body_text(0).unwrap().contains("返事のしかた"));
}

/// What stands between quotes in a source file, behind each `start`.
fn quoted_after<'s>(source: &'s str, start: &str) -> Vec<&'s str> {
    source
        .split(start)
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .filter(|word| !word.is_empty() && !word.contains(['{', ' ']))
        .collect()
}

/// Whatever the core writes into a record, or calls a state or a command, has words for people in every language.
#[test]
fn every_word_of_the_core_is_put_in_words() {
    let core = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/triage");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let case = read(&core.join("case.rs"));
    let mut recorded = quoted_after(&case, "&'static str = \"");
    let decide: Vec<String> = std::fs::read_dir(core.join("decide"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| read(&path))
        .collect();
    for source in &decide {
        recorded.extend(quoted_after(source, "record(None, \""));
        recorded.extend(quoted_after(source, "record(Some(by), \""));
    }
    assert!(recorded.len() > 30, "where are the words?");
    let commands = read(&core.join("command.rs"));
    let commands = commands.split_once("const WORDS").unwrap().1.split_once("];").unwrap().0;
    let commands: Vec<&str> = commands.split('"').skip(1).step_by(2).collect();
    let states = quoted_after(&case, "=> \"");
    assert!(states.contains(&"at_desk"));
    for word in states {
        assert_ne!(wording::state(Voice::DESK, word), word, "a state's word");
    }
    for lang in Lang::ALL {
        let voice = Voice::of(lang);
        for word in &recorded {
            let said = wording::record(voice, word).is_some() || commands.contains(word);
            assert!(said, "{lang:?}: a record's word {word}");
        }
        for word in &commands {
            let said = wording::command(voice, word);
            let japanese = said.chars().any(|c| c > '\u{2fff}');
            assert!(lang == Lang::Ja || !japanese, "{lang:?}: a command's word {word}");
            assert_eq!(wording::command(Voice::DESK, word), *word);
        }
    }
}

/// A word that a mail shows is a word that an answer may hold, in every language.
#[test]
fn what_is_shown_is_understood() {
    for (word, rest) in [
        ("承認", ""),
        ("却下", " x"),
        ("修正", "\nx"),
        ("電話済", " x"),
        ("電話×", ""),
        ("店舗", ""),
        ("対応します", ""),
        ("保留", " 2h"),
        ("保留", " 1d"),
        ("予約確定", ""),
        ("不成立", ""),
        ("担当", " 鈴木"),
        ("メモ", " x"),
        ("確認", " @鈴木 x"),
        ("分類", " b"),
        ("取消", ""),
        ("再送", ""),
        ("送らない", ""),
        ("完了", ""),
        ("STATUS", ""),
        ("HELP", ""),
    ] {
        for lang in Lang::ALL {
            let typed = format!("{}{rest}", wording::command(Voice::of(lang), word));
            match understand(&typed, date(2026, 8, 26)) {
                Understood::Command(command) => assert_eq!(command.word(), word, "{typed}"),
                other @ (Understood::Unclear(_) | Understood::Empty) => panic!("{typed}: {other:?}"),
            }
        }
    }
    for typed in ["SHOP away 8/28~8/30 8/31", "店舗 不在 8/28~8/30 8/31", "ODRZUĆ powód", "HOLD 30m"] {
        assert!(matches!(understand(typed, date(2026, 8, 26)), Understood::Command(_)), "{typed}");
    }
}
