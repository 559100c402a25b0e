//! Rows: what an agent typed and what it comes to.

use jiff::civil::date;

use super::*;
use crate::triage::command::Wait;
use crate::triage::level::Priority;

const TODAY: Date = date(2026, 8, 27);

fn reject(reason: &str) -> Understood {
    Understood::Command(Command::Reject { reason: reason.to_owned() })
}

fn edit(text: &str) -> Understood {
    Understood::Command(Command::Edit { text: text.to_owned() })
}

fn away(from: Date, until: Date, back: Date) -> Understood {
    Understood::Command(Command::Shop { away: Some(Away { from, until, back }) })
}

#[test]
fn one_command_and_nothing_else() {
    use Understood::{Command as Is, Empty, Unclear as Not};
    let called = |note: &str| Is(Command::Called { minutes: None, note: note.to_owned() });
    let check = |who: &str, text: &str| Is(Command::Check { who: who.to_owned(), text: text.to_owned() });
    let delegate = |who: &str, minutes, text: &str| {
        Is(Command::Delegate { who: who.to_owned(), minutes, text: text.to_owned() })
    };
    let hold = |minutes| Is(Command::Hold { wait: Wait::Minutes(minutes) });
    let time = |minutes| Is(Command::Time { minutes, day: None });
    let time_of = |day, minutes| Is(Command::Time { minutes, day: Some(day) });
    for (typed, expected) in [
        // approvals
        ("OK", Is(Command::Approve)),
        ("ok.", Is(Command::Approve)),
        ("OK。", Is(Command::Approve)),
        ("ＯＫ", Is(Command::Approve)),
        ("ＯＫ！", Is(Command::Approve)),
        ("\u{200b}O\u{200d}K\u{feff}", Is(Command::Approve)),
        ("OKです。", Is(Command::Approve)),
        ("承認", Is(Command::Approve)),
        ("承認します。", Is(Command::Approve)),
        ("Approve", Is(Command::Approve)),
        ("OK\n\nSent from my iPhone", Is(Command::Approve)),
        ("ok!!", Is(Command::Approve)),
        ("ＯＫです！！", Is(Command::Approve)),
        ("O K", Is(Command::Approve)),
        ("Ok \u{3000}", Is(Command::Approve)),
        ("ｵｰｹｰです", Is(Command::Approve)),
        ("OKでお願いします", Is(Command::Approve)),
        ("承認いたします。", Is(Command::Approve)),
        ("承認致します！", Is(Command::Approve)),
        ("承認でお願いします。", Is(Command::Approve)),
        ("承　認", Is(Command::Approve)),
        ("ZATWIERDŹ", Is(Command::Approve)),
        ("Zatwierdz", Is(Command::Approve)),
        ("ZATWIERDZ\u{301}", Is(Command::Approve)), // the accent as a character of its own
        ("zatwierdzam.", Is(Command::Approve)),
        ("Akceptuję!", Is(Command::Approve)),
        ("akceptuje", Is(Command::Approve)),
        // calls
        ("電話済 25m 内容", Is(Command::Called { minutes: Some(25), note: "内容".to_owned() })),
        ("電話済 １時間10分", Is(Command::Called { minutes: Some(70), note: String::new() })),
        ("電話済 25分くらい話した", called("25分くらい話した")),
        ("通話中です。", Is(Command::OnCall)),
        ("ON CALL", Is(Command::OnCall)),
        ("済", Is(Command::Ended { note: String::new() })),
        ("済みました", Is(Command::Ended { note: String::new() })),
        ("済ませておきます", Not(Unclear::NotACommand)),
        ("済?", Not(Unclear::Question)),
        ("遠隔", Is(Command::Remote)),
        ("remote!", Is(Command::Remote)),
        ("遠隔で直しました", Not(Unclear::NotACommand)),
        ("遠隔 明日", Not(Unclear::SaysMore)),
        // not approvals
        ("了解", Not(Unclear::NotACommand)),
        ("了解です。", Not(Unclear::NotACommand)),
        ("👍", Not(Unclear::NotACommand)),
        ("OK 👍", Not(Unclear::SaysMore)),
        ("OK?", Not(Unclear::Question)),
        ("ＯＫ？", Not(Unclear::Question)),
        ("OKですか", Not(Unclear::Question)),
        ("OKですが", Not(Unclear::SaysMore)),
        ("OKではない", Not(Unclear::SaysMore)),
        ("OKではありません", Not(Unclear::SaysMore)),
        ("OK but change 10:00 to 11:00", Not(Unclear::SaysMore)),
        ("OK、11時に直してください", Not(Unclear::SaysMore)),
        ("OK\n11時に直してください", Not(Unclear::SaysMore)),
        ("OK\nNG", Not(Unclear::SaysMore)),
        ("承認しません", Not(Unclear::SaysMore)),
        ("承認待ち", Not(Unclear::SaysMore)),
        ("ОК", Not(Unclear::NotACommand)), // Cyrillic
        ("OK…", Not(Unclear::SaysMore)),
        ("yes no", Not(Unclear::NotACommand)),
        ("承知しました、承認します", Not(Unclear::NotACommand)),
        ("承知しました。\n承認します。", Not(Unclear::NotACommand)),
        ("OK、承認します", Not(Unclear::SaysMore)),
        ("OKです！ありがとうございます", Not(Unclear::SaysMore)),
        ("OK!!!!", Not(Unclear::SaysMore)),
        ("OK…？", Not(Unclear::Question)),
        ("OK?!", Not(Unclear::Question)),
        ("OK~", Not(Unclear::SaysMore)),
        ("OKじゃない", Not(Unclear::SaysMore)),
        ("OKなら送って", Not(Unclear::SaysMore)),
        ("OK（条件付き）", Not(Unclear::SaysMore)),
        ("OK@佐藤", Not(Unclear::SaysMore)),
        ("承認お願いします", Not(Unclear::SaysMore)),
        ("承認してください", Not(Unclear::SaysMore)),
        ("承認できません", Not(Unclear::SaysMore)),
        ("承認しかねます", Not(Unclear::SaysMore)),
        ("承認していいですか", Not(Unclear::Question)),
        ("未承認", Not(Unclear::NotACommand)),
        ("not OK", Not(Unclear::NotACommand)),
        ("Not approved.", Not(Unclear::NotACommand)),
        ("don't approve", Not(Unclear::NotACommand)),
        ("I approve", Not(Unclear::NotACommand)),
        ("approve if he is free", Not(Unclear::SaysMore)),
        ("Approve unless he calls", Not(Unclear::SaysMore)),
        ("APPROVE later", Not(Unclear::SaysMore)),
        ("disapprove", Not(Unclear::NotACommand)),
        ("nie zatwierdzam", Not(Unclear::SaysMore)),
        ("Nie akceptuję.", Not(Unclear::SaysMore)),
        ("zatwierdzam, jeśli klient potwierdzi", Not(Unclear::SaysMore)),
        ("Zatwierdzam?", Not(Unclear::Question)),
        ("zatwierdzam, ale o 11", Not(Unclear::SaysMore)),
        ("确认", Not(Unclear::NotACommand)),
        ("確認中です\n-- \nOK商事 山田", Not(Unclear::NotACommand)),
        ("> x\n確認します\n> y", Not(Unclear::BetweenQuotes)),
        ("-----BEGIN PGP MESSAGE-----\nT0s=\n-----END PGP MESSAGE-----", Not(Unclear::Encrypted)),
        ("", Empty),
        ("\n\n> OK", Empty),
        // rejections
        ("NG", reject("")),
        ("NO", reject("")),
        ("NO problem", Not(Unclear::SaysMore)),
        ("却下 料金が違う", reject("料金が違う")),
        ("差し戻し：店舗名が違う", reject("店舗名が違う")),
        ("REJECT wrong branch name", reject("wrong branch name")),
        ("NG\n料金が違う", reject("料金が違う")),
        ("却下（料金が違う）", reject("（料金が違う）")),
        ("REJECT - wrong branch", reject("wrong branch")),
        ("却下いたします。", reject("")),
        ("差戻し", reject("")),
        ("ODRZUĆ", reject("")),
        ("Odrzucam: zła data", reject("zła data")),
        ("odrzuc zły oddział", reject("zły oddział")),
        ("NIE", reject("")),
        ("Nie.", reject("")),
        ("nie ma problemu", Not(Unclear::SaysMore)),
        ("Nie, dziękuję", Not(Unclear::SaysMore)),
        ("odrzucam, jeśli nie zadzwoni", Not(Unclear::SaysMore)),
        ("odrzucam?", Not(Unclear::Question)),
        ("odrzucam nie", Not(Unclear::Question)),
        ("REJECT if he calls", Not(Unclear::SaysMore)),
        ("却下 の場合は電話します", Not(Unclear::SaysMore)),
        ("却下できません", Not(Unclear::SaysMore)),
        ("NG?", Not(Unclear::Question)),
        ("NG ではない", Not(Unclear::Question)),
        ("却下しないで", Not(Unclear::SaysMore)),
        // telephone and shop
        ("電話済", called("")),
        ("電話済み 8/28 14時で予約", called("8/28 14時で予約")),
        ("CALLED left a message", called("left a message")),
        ("電話×", Is(Command::NoAnswer)),
        ("電話 ✕", Is(Command::NoAnswer)),
        ("No answer", Is(Command::NoAnswer)),
        ("電話✗", Is(Command::NoAnswer)),
        ("電話✖\u{fe0f}", Is(Command::NoAnswer)),
        ("電話ｘ", Is(Command::NoAnswer)),
        ("電話済です！", called("")),
        ("電話済（留守電）", called("（留守電）")),
        ("電話済 したら連絡します", Not(Unclear::SaysMore)),
        ("CALLED?", Not(Unclear::Question)),
        ("店舗", Is(Command::Shop { away: None })),
        ("店舗 渋谷", Not(Unclear::SaysMore)),
        ("店舗 不在 8/28~8/30 8/31", away(date(2026, 8, 28), date(2026, 8, 30), date(2026, 8, 31))),
        (
            "店舗　不在　８／２８～８／３０　８／３１",
            away(date(2026, 8, 28), date(2026, 8, 30), date(2026, 8, 31)),
        ),
        ("店舗 不在 8月28日〜8月30日", away(date(2026, 8, 28), date(2026, 8, 30), date(2026, 8, 31))),
        ("店舗 不在 8/26", away(date(2026, 8, 26), date(2026, 8, 26), date(2026, 8, 27))),
        (
            "SHOP away 2026-12-30-2027-01-03 2027-01-04",
            away(date(2026, 12, 30), date(2027, 1, 3), date(2027, 1, 4)),
        ),
        ("店舗 不在 12/30~1/3 1/4", away(date(2026, 12, 30), date(2027, 1, 3), date(2027, 1, 4))),
        ("店舗 不在 8/30~8/28", Not(Unclear::AwayDays)),
        ("店舗 不在 8/28~8/30 8/29", Not(Unclear::AwayDays)),
        ("店舗 不在 13/40", Not(Unclear::AwayDays)),
        ("店舗 不在", Not(Unclear::AwayDays)),
        ("対応します", Is(Command::ShopAccepts)),
        // the rest
        ("時間 15m", time(15)),
        ("時間 15分", time(15)),
        ("時間　１時間１０分", time(70)),
        ("対応時間: 1h10m", time(70)),
        ("時間15分", time(15)),
        ("TIME 15 min", time(15)),
        ("time 0m", time(0)),
        ("時間 8/26 40m", time_of(date(2026, 8, 26), 40)),
        ("時間　８月２７日（木）　１時間", time_of(date(2026, 8, 27), 60)),
        ("時間8月5日の40分", time_of(date(2026, 8, 5), 40)),
        ("TIME 8/5: 40m", time_of(date(2026, 8, 5), 40)),
        ("TIME 2025-12-31 1h", time_of(date(2025, 12, 31), 60)),
        ("時間 12/31 1h", time_of(date(2025, 12, 31), 60)),
        ("時間 2026/8/28 40m", Not(Unclear::SpentTime)),
        ("時間 8/32 40m", Not(Unclear::SpentTime)),
        ("時間 8/2640m", Not(Unclear::SpentTime)),
        ("時間 8/26", Not(Unclear::SpentTime)),
        ("時間", Not(Unclear::SpentTime)),
        ("時間 15", Not(Unclear::SpentTime)),
        ("時間 15分くらい", Not(Unclear::SpentTime)),
        ("時間 25h", Not(Unclear::SpentTime)),
        ("時間 1日", Not(Unclear::SpentTime)),
        ("時間 15分後", Not(Unclear::SpentTime)),
        ("時間をください", Not(Unclear::NotACommand)),
        ("保留 2h", hold(120)),
        ("保留 30m", hold(30)),
        ("保留　１日", hold(1440)),
        ("HOLD 1h30m", hold(90)),
        ("保留 2時間", hold(120)),
        ("保留", Not(Unclear::HoldTime)),
        ("保留 0m", Not(Unclear::HoldTime)),
        ("保留 99日", Not(Unclear::HoldTime)),
        (
            "保留 明日まで",
            Is(Command::Hold { wait: Wait::Until { day: Some(date(2026, 8, 28)), time: None } }),
        ),
        ("保留2h", hold(120)),
        ("保留２時間", hold(120)),
        ("hold30m", hold(30)),
        ("予約確定 したら連絡します", Not(Unclear::SaysMore)),
        ("BOOKED if he confirms", Not(Unclear::SaysMore)),
        ("予約確定 ではない", Not(Unclear::Question)),
        ("予約確定 8/28 14:00", Is(Command::Booked { when: "8/28 14:00".to_owned() })),
        ("予約確定", Is(Command::Booked { when: String::new() })),
        ("不成立", Is(Command::Lost)),
        ("担当 佐藤", Is(Command::Assign { who: "佐藤".to_owned() })),
        ("担当", Not(Unclear::WhoMissing)),
        ("担当＠佐藤", Is(Command::Assign { who: "＠佐藤".to_owned() })),
        ("ﾒﾓ 折り返しは夕方", Is(Command::Note { text: "折り返しは夕方".to_owned() })),
        ("メモ 折り返しは夕方", Is(Command::Note { text: "折り返しは夕方".to_owned() })),
        ("メモ", Not(Unclear::TextMissing)),
        ("分類 a", Is(Command::Classify(Class::Inquiry))),
        ("分類 Ｂ", Is(Command::Classify(Class::Reservation))),
        ("分類", Not(Unclear::ClassMissing)),
        ("分類b", Is(Command::Classify(Class::Reservation))),
        ("取消", Is(Command::Cancel)),
        ("取り消し！", Is(Command::Cancel)),
        ("ＣＡＮＣＥＬ", Is(Command::Cancel)),
        ("undo", Is(Command::Cancel)),
        ("取消しないで", Not(Unclear::SaysMore)),
        ("undo it", Not(Unclear::SaysMore)),
        ("RESEND", Is(Command::Resend)),
        ("送らない", Is(Command::Skip)),
        ("完了", Is(Command::Done)),
        ("STATUS", Is(Command::Status)),
        ("HELP", Is(Command::Help)),
        // questions to colleagues
        ("確認 @佐藤 この時間で大丈夫ですか？", check("佐藤", "この時間で大丈夫ですか？")),
        ("確認　＠佐藤さん、料金は？", check("佐藤さん", "料金は？")),
        (
            "確認@佐藤\n料金は合っていますか。\n\n14時です。",
            check("佐藤", "料金は合っていますか。\n\n14時です。"),
        ),
        ("確認 佐藤", check("佐藤", "")),
        ("確認 @佐藤？", check("佐藤", "")),
        ("確認：佐藤：これでいい？", check("佐藤", "これでいい？")),
        ("確認 「佐藤 花子」 これでいい？", check("佐藤 花子", "これでいい？")),
        ("CHECK @\"Jan Kowalski\" is the price right?", check("Jan Kowalski", "is the price right?")),
        ("check sato@corp.test, OK?", check("sato@corp.test", "OK?")),
        ("確認", Not(Unclear::WhoMissing)),
        ("確認 @", Not(Unclear::WhoMissing)),
        ("確認 「佐藤 花子", Not(Unclear::WhoMissing)),
        ("確認？", Not(Unclear::Question)),
        ("確認しました", Not(Unclear::NotACommand)),
        // handed over
        ("依頼 @技術部 在庫はありますか。", delegate("技術部", None, "在庫はありますか。")),
        (
            "依頼＠高木さん 2日 この機種は対応していますか？",
            delegate("高木さん", Some(2880), "この機種は対応していますか？"),
        ),
        (
            "依頼 @高木 4h\n型番は A-1 です。\n在庫は？",
            delegate("高木", Some(240), "型番は A-1 です。\n在庫は？"),
        ),
        ("依頼 高木 2日後に届きますか", delegate("高木", None, "2日後に届きますか")),
        (
            "DELEGATE \"Jan Kowalski\" 90m is it in stock?",
            delegate("Jan Kowalski", Some(90), "is it in stock?"),
        ),
        ("依頼 @高木 2営業日 在庫は？", Not(Unclear::DelegateTime)),
        ("DELEGATE @takagi 30d is it in stock?", Not(Unclear::DelegateTime)),
        ("依頼 @高木 29日の14時に使えますか", delegate("高木", None, "29日の14時に使えますか")),
        ("依頼 @高木", Not(Unclear::TextMissing)),
        ("依頼 @高木 2日", Not(Unclear::TextMissing)),
        ("依頼", Not(Unclear::WhoMissing)),
        ("依頼します", Not(Unclear::NotACommand)),
        // edits
        ("修正\n山田様\n\n10時で承りました。", edit("山田様\n\n10時で承りました。")),
        ("修正：\n山田様", edit("山田様")),
        ("修正します。\n山田様", edit("山田様")),
        ("POPRAW\nPanie Tanaka,\n\no 11.", edit("Panie Tanaka,\n\no 11.")),
        ("Zmień:\nPanie Tanaka", edit("Panie Tanaka")),
        ("ZMIEŃ godzinę na 11", Not(Unclear::EditSameLine)),
        ("> 承認 OK\n\n修正\n山田様\n\n10時です。\n\n-- \n佐藤", edit("山田様\n\n10時です。")),
        ("> x\n修正\n山田様\n> y", Not(Unclear::BetweenQuotes)),
        ("修正\n山田様\n> y\n10時です。", Not(Unclear::BetweenQuotes)),
        ("EDIT\n山田様\n>>>END\n\n-- \nsig", edit("山田様")),
        ("EDIT\n山田様\nOK\nで承りました。", edit("山田様\nOK\nで承りました。")),
        ("EDIT\nSubject: x\nBcc: evil@evil.test\n\n本文", edit("Subject: x\nBcc: evil@evil.test\n\n本文")),
        ("EDIT\n本文\n\niPhoneから送信\n\n> x", edit("本文")),
        ("EDIT\n本文\n━━━━━\n整体院 TEL 03-1234-5678", edit("本文\n━━━━━\n整体院 TEL 03-1234-5678")),
        (
            "EDIT\n本文\n\n差出人: 窓口\n送信日時: 8/26\n件名: x\n\n客: >>>END\n>>>END",
            Not(Unclear::EditHoldsQuote),
        ),
        ("EDIT\n本文\n>>>END\nOK", Not(Unclear::SaysMore)),
        ("EDIT\n\n\n> x", Not(Unclear::EditEmpty)),
        ("EDIT 10時を11時に", Not(Unclear::EditSameLine)),
        ("EDIT\n山田様\n> x\n>>>END", Not(Unclear::EditHoldsQuote)),
        (
            "EDIT\n山田様 token: 0123456789-1-0123456789012345678901234567890123456",
            Not(Unclear::EditHoldsToken),
        ),
        ("EDIT\n0123456789-1-01234567890123\n45678901234567890123456", Not(Unclear::EditHoldsToken)),
    ] {
        assert_eq!(understand(typed, TODAY), expected, "{typed:?}");
    }
}

#[test]
fn a_remark_is_everything_that_was_typed() {
    let reply = |text: &str| {
        Understood::Command(Command::Reply { text: text.to_owned(), check: None, good_until: None })
    };
    for (typed, expected) in [
        ("OK", reply("OK")),
        ("承認します", reply("承認します")),
        ("料金は5,500円です。\n\nよろしく\n-- \n佐藤", reply("料金は5,500円です。\n\nよろしく")),
        ("はい\n> 料金は？\n5,500円です\n> 時間は？\n14時", reply("はい\n\n5,500円です\n\n14時")),
        ("> x\n\n\niPhoneから送信", Understood::Empty),
        ("", Understood::Empty),
        ("-----BEGIN PGP MESSAGE-----\nT0s=", Understood::Unclear(Unclear::Encrypted)),
    ] {
        assert_eq!(remark(typed), expected, "{typed:?}");
    }
}

#[test]
fn a_case_is_put_off_moved_ranked_and_handed_over() {
    use Understood::{Command as Is, Unclear as Not};
    use jiff::civil::{Time, time};
    let until = |day: Option<Date>, time: Option<Time>| Is(Command::Hold { wait: Wait::Until { day, time } });
    let moved = |queue: &str| Is(Command::Move { queue: queue.to_owned() });
    let over = |text: &str| Is(Command::HandOver { text: text.to_owned() });
    let ranked = |priority| Is(Command::Prioritise(priority));
    let ten = Some(time(10, 0, 0, 0));
    // TODAY is a Thursday.
    for (text, expected) in [
        ("保留 明日10時", until(Some(date(2026, 8, 28)), ten)),
        ("保留 明日の10:00まで", until(Some(date(2026, 8, 28)), ten)),
        ("保留 8/28 10:00", until(Some(date(2026, 8, 28)), ten)),
        ("保留 8月28日(金) 10時半", until(Some(date(2026, 8, 28)), Some(time(10, 30, 0, 0)))),
        ("保留 2026-09-01 午後3時", until(Some(date(2026, 9, 1)), Some(time(15, 0, 0, 0)))),
        ("保留 1/5", until(Some(date(2027, 1, 5)), None)),
        ("保留 月曜", until(Some(date(2026, 8, 31)), None)),
        ("保留 木曜", until(Some(date(2026, 9, 3)), None)),
        ("保留 15時", until(None, Some(time(15, 0, 0, 0)))),
        ("HOLD tomorrow at 3pm", until(Some(date(2026, 8, 28)), Some(time(15, 0, 0, 0)))),
        ("HOLD until monday", until(Some(date(2026, 8, 31)), None)),
        ("保留 2営業日", Is(Command::Hold { wait: Wait::BusinessDays(2) })),
        ("保留 翌営業日", Is(Command::Hold { wait: Wait::BusinessDays(1) })),
        ("HOLD 3 business days", Is(Command::Hold { wait: Wait::BusinessDays(3) })),
        ("保留 2h", Is(Command::Hold { wait: Wait::Minutes(120) })),
        ("保留 8/32", Not(Unclear::HoldTime)),
        ("保留 25時", Not(Unclear::HoldTime)),
        ("保留 明日か明後日", Not(Unclear::HoldTime)),
        ("保留 99営業日", Not(Unclear::HoldTime)),
        ("移動 注文", moved("注文")),
        ("移動 「Support Escalation」へ", moved("Support Escalation")),
        ("MOVE orders", moved("orders")),
        ("移動", Not(Unclear::QueueMissing)),
        ("移動 注文？", Not(Unclear::Question)),
        ("移動 注文\nよろしく", Not(Unclear::SaysMore)),
        ("優先 至急", ranked(Priority::Critical)),
        ("優先 高", ranked(Priority::High)),
        ("PRIORITY medium", ranked(Priority::Medium)),
        ("優先度：低", ranked(Priority::Low)),
        ("優先", Not(Unclear::PriorityMissing)),
        ("優先 高いかも", Not(Unclear::PriorityMissing)),
        ("引継 責任者と話したいそうです。どうしますか？", over("責任者と話したいそうです。どうしますか？")),
        ("ESCALATE wants a refund\nsince May", over("wants a refund\nsince May")),
        ("引継", Not(Unclear::HandOverMissing)),
    ] {
        assert_eq!(understand(text, TODAY), expected, "{text}");
    }
}

#[test]
fn about_a_long_call_little_can_be_said() {
    use Understood::{Command as Is, Empty, Unclear as Not};
    for (typed, expected) in [
        ("済", Is(Command::Ended { note: String::new() })),
        ("完了", Is(Command::Ended { note: String::new() })),
        ("DONE", Is(Command::Ended { note: String::new() })),
        ("メモ 代わりました", Is(Command::Note { text: "代わりました".to_owned() })),
        ("STATUS", Is(Command::Status)),
        ("HELP", Is(Command::Help)),
        ("OK", Not(Unclear::NotForCall)),
        ("遠隔", Not(Unclear::NotForCall)),
        ("修正\n新しい文", Not(Unclear::NotForCall)),
        ("済んだら教えて", Not(Unclear::NotACommand)),
        ("", Empty),
    ] {
        assert_eq!(about_call(typed, date(2026, 8, 27)), expected, "{typed:?}");
    }
}

/// People type what a message shows them in capitals. Two such words are none: what a call is written down by is read
/// elsewhere, and an answer to a question is only called so.
#[test]
fn every_word_in_capitals_that_a_message_shows_is_a_command() {
    let capitals = regex::Regex::new(r"\b\p{Lu}{2,}(?: \p{Lu}{2,})*\b").unwrap();
    let mut seen = 0;
    for lang in ["en", "pl"] {
        for file in std::fs::read_dir(format!("{}/locales/{lang}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                for found in capitals.find_iter(line).map(|found| bare(&fold(found.as_str()))) {
                    seen += 1;
                    assert!(
                        word(&found).is_some() || ["newcall", "reply"].contains(&found.as_str()),
                        "{line}"
                    );
                }
            }
        }
    }
    assert!(seen > 100, "{seen}");
}
