//! The Japanese of mails to agents: one table per kind of word, each closed over what it words.
//!
//! Sentences only; which of them goes into a mail is decided where the mail is put together.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::triage::case::{Matter, Why};
use crate::triage::effect::Question;
use crate::triage::hygiene::Concern;
use crate::triage::offer::Offer;
use crate::triage::verdict::Class;
use crate::triage::words;

/// What a request is about, in a few words: the first thing read, also in the list of mails.
pub const fn headline(question: Question, sent: bool) -> &'static str {
    match question {
        Question::Approve => "返信案の確認をお願いします",
        Question::Write => "対応をお願いします",
        Question::Shop => "店舗でのご対応をお願いします",
        Question::Unknown => "お客様に届いたか分かりません",
        Question::Quarantine => "読み取れないメールがあります",
        Question::Outcome if sent => "お客様へ送信しました",
        Question::Outcome => "電話済として記録しました",
        Question::Undo => "承認しました。まもなく送信します",
        Question::Check => "返信案について教えてください",
    }
}

/// To a shop's staff, who are asked to answer a customer themselves.
pub const TO_STAFF: &str = "コールセンターではお答えできないお問い合わせをお預かりしています。お客様へ直接ご連絡いただけるときは、\
     「対応します」とだけお返事ください。お手数をおかけしますが、よろしくお願いいたします。";

/// To an agent, where the shop has no mail address.
pub const TO_AGENT_FOR_SHOP: &str = "店舗のメールアドレスが設定されていません。店舗へ電話で確認し、店舗が対応するときは「対応します」と返信してください。";

/// After an ending of the sending that nobody saw.
pub const UNKNOWN: &str = "送信中に接続が切れました。送信済みの中には見つかりませんでした。自動で送り直すことはありません。\n\
     「再送」では、お客様に同じメールが 2 通届くことがあります。「送らない」では、届いたものとして扱います。";

/// About a mail that could not be read.
pub const QUARANTINE: &str =
    "内容を読み取れなかったため、印を付けてそのまま残しました。元のメールを開いて対応をお願いします。";

/// A and B are both possible.
pub const AMBIGUOUS: &str =
    "A（お問い合わせ）とも B（予約希望）とも読めます。違うときは「分類 a」「分類 b」と返信してください。";

/// Two readings of one mail, the likelier first.
pub fn either(first: &str, second: &str) -> String {
    format!(
        "二通りに読めます。① {first} ② {second}。① として案を作りました。\n\
         違うときは「分類 a」「分類 b」と返信するか、修正した文を返信してください。"
    )
}

/// What happens if nobody answers. `until`: when; `waits`: the customer has the word (class B).
pub fn otherwise(question: Question, until: &str, waits: bool) -> String {
    match question {
        Question::Approve => format!("期限 {until} まで。返事がなければ送りません。"),
        Question::Write => format!("期限 {until} まで。返事があるまで、お客様へは何も送りません。"),
        Question::Shop => format!(
            "{until} までお待ちします。それまでにお返事がないときは、店舗でご対応いただいたものとしてアーカイブします。"
        ),
        Question::Unknown => format!("期限 {until} まで。返事がなければ送り直しません。"),
        Question::Quarantine => "返事があるまで、メールは受信トレイに残ります。".to_owned(),
        Question::Outcome if waits => {
            "予約になったとき、ならなかったときだけ、お知らせください。お客様から続きのメールが届けばお知らせします。"
                .to_owned()
        }
        Question::Outcome => "返事は要りません。予約の結果が分かったときだけ、お知らせください。".to_owned(),
        Question::Undo => "送らないときは、送信の前に「取消」と返信してください。".to_owned(),
        Question::Check => "お返事は社内メモになります。お客様へは送られません。".to_owned(),
    }
}

/// A button's label.
pub const fn label(offer: Offer) -> &'static str {
    match offer {
        Offer::Approve => "承認して送る（OK）",
        Offer::Reject => "送らない（NG）",
        Offer::Edit => "返信を書く（修正）",
        Offer::Called => "電話済",
        Offer::NoAnswer => "電話×",
        Offer::Shop => "店舗",
        Offer::Hold => "保留 2h",
        Offer::Resend => "もう一度送る（再送）",
        Offer::Skip => "送らない（SKIP）",
        Offer::Booked => "予約確定",
        Offer::Lost => "不成立",
        Offer::Done => "完了",
        Offer::ShopAccepts => "対応します",
        Offer::Note => "メモ",
        Offer::Cancel => "送信を取り消す（取消）",
    }
}

/// How a word is typed and what it does, for the text part.
pub const fn line(offer: Offer) -> &'static str {
    match offer {
        Offer::Approve => "OK … 承認して送る",
        Offer::Reject => "NG 理由 … 送らない",
        Offer::Edit => "修正 … 1 行目は「修正」だけ、次の行から新しい本文の全文",
        Offer::Called => "電話済 メモ … 電話で対応した",
        Offer::NoAnswer => "電話× … 電話がつながらなかった",
        Offer::Shop => "店舗 … 店舗へ確認を依頼する",
        Offer::Hold => "保留 2h … 2 時間後にもう一度知らせる",
        Offer::Resend => "再送 … 同じメールをもう一度送る",
        Offer::Skip => "送らない … 届いたものとして扱う",
        Offer::Booked => "予約確定 日時 … 予約になった",
        Offer::Lost => "不成立 … 予約にならなかった",
        Offer::Done => "完了 … 返信せずに終わりにする",
        Offer::ShopAccepts => "対応します … 店舗からお客様へ連絡する",
        Offer::Note => "メモ 内容 … 記録だけ残す（お客様には見えません）",
        Offer::Cancel => "取消 … 承認を取り消す",
    }
}

/// Everything that can be said, one line each. `staff`: to a shop's staff, who may say little.
pub const fn all_words(staff: bool) -> &'static str {
    if staff {
        "対応します … 店舗からお客様へ連絡する\nメモ 内容 … 記録だけ残す\nSTATUS … いまの状況"
    } else {
        "OK（承認） … 返信案を送る\nNG 理由（却下） … 送らない\n修正 … 次の行から新しい本文\n電話済 メモ / 電話×\n\
         店舗 / 店舗 不在 8/28~8/30 8/31\n保留 2h\n予約確定 日時 / 不成立\n再送 / 送らない … 届いたか分からないとき\n\
         担当 名前 / メモ 内容 / 分類 a か b\n完了 / STATUS / HELP"
    }
}

/// Something in a draft that should be looked at before it leaves.
pub fn concern(concern: &Concern) -> String {
    match concern {
        Concern::Address(address) => {
            format!("お客様のものでも当方のものでもないメールアドレスがあります: {address}")
        }
        Concern::Phone(phone) => format!("お客様のものでも当方のものでもない電話番号があります: {phone}"),
        Concern::Note(_) => "社内メモの文が入っています。".to_owned(),
        Concern::CaseNumber(number) => format!("社内の番号が入っています: {number}"),
    }
}

/// A or B, in words.
pub const fn class_word(class: Class) -> &'static str {
    match class {
        Class::Inquiry => "A お問い合わせ",
        Class::Reservation => "B 予約希望",
    }
}

/// A state's word in Japanese.
pub fn state_ja(word: &str) -> &str {
    match word {
        "drafted" => "返信案を作成",
        "asked" => "承認待ち",
        "at_desk" => "担当者の対応待ち",
        "sending" => "送信中",
        "unknown" => "送信結果が不明",
        "awaiting_reply" => "返信待ち",
        "answered" => "回答済",
        "at_shop" => "店舗対応中",
        "quarantined" => "読み取れないメール",
        "converted" => "予約確定",
        "unconverted" => "予約に至らず",
        "closed" => "終了",
        "referred" => "店舗が対応",
        "dismissed" => "完了",
        "taken_over" => "手作業で対応",
        other => other,
    }
}

/// What the desk itself wrote into a record, in Japanese; commands are Japanese already.
pub fn record_ja(what: &str) -> &str {
    match what {
        "customer_wrote" => "お客様から続きのメール",
        "label_removed_by_hand" => "ラベルが外されました",
        "taken_in_hand" => "「確認中」が外されました(どなたかが対応中)",
        "handled_by_hand" => "「対応済」が付けられました",
        "answered_elsewhere" => "「返信待ち」が付けられました(別の方法で回答済み)",
        "shop_by_hand" => "「店舗依頼」が付けられました",
        "archived_by_hand" => "手でアーカイブされました",
        "moved_by_hand" => "手で別のフォルダーへ移されました",
        "deleted_by_hand" => "手で削除されました",
        "put_back_by_hand" => "手で受信トレイへ戻されました",
        "draft_edited_by_hand" => "下書きが手で直されました",
        "draft_deleted_by_hand" => "下書きが手で削除されました",
        "answered_by_hand" => "お客様への返信が手で送られました",
        "wrote_by_hand" => "お客様へのメールが手で送られました",
        "sent_besides" => "手での返信と前後して、承認済みの返信も送られました",
        "booking_notice" => "予約システムの通知で予約を確認",
        "booking_notice_like" => "似た予約の通知が届きました(同じ方か確認してください)",
        "booking_notice_changed" => "予約変更の通知が届きました",
        "booking_notice_cancelled" => "予約取消の通知が届きました",
        "request_undeliverable" => "依頼メールを届けられません",
        "send_refused" => "送信を断られました",
        "send_unknown" => "送信結果が分かりません",
        "bounced" => "メールが戻ってきました",
        "shop_deadline" => "店舗の期限が過ぎました",
        other => other,
    }
}

/// `8月27日(木) 14:05` in the desk's zone.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    format!("{} {}:{:02}", words::day(at.date(), "ja"), at.hour(), at.minute())
}

/// Why there is no draft to approve. `by`: the name of who rejected it, if somebody did.
pub fn why(why: &Why, by: &str) -> String {
    match why {
        Why::Fault(sentence) => format!("返信案を作れませんでした。{sentence}"),
        Why::NoAddress => {
            "お客様のメールアドレスが見つからないため、返信案がありません。お電話での対応をお願いします。"
                .to_owned()
        }
        Why::Rejected { reason, .. } if reason.is_empty() => format!("{by} さんが「却下」と返事しました。"),
        Why::Rejected { reason, .. } => format!("{by} さんが「却下」と返事しました: {reason}"),
        Why::CustomerAnswered => {
            "お客様から続きのメールが届きました。まだ送っていない返信案は取り下げました。".to_owned()
        }
        Why::Bounced => {
            "お客様へ送ったメールが届かずに戻ってきました。アドレスを確かめてください。".to_owned()
        }
        Why::Refused { what } => format!(
            "送信サーバーに断られ、お客様には届いていません（{what}）。宛先を確かめ、お電話でのご連絡もご検討ください。"
        ),
        Why::DraftEdited => {
            "下書きが手で直されたままで、まだ送られていません。メールソフトの下書きから送るか、\n\
             下の言葉で返信してください。窓口はその下書きに触れません。"
                .to_owned()
        }
    }
}

/// What an agent should find out first.
pub fn confirm(matter: &Matter) -> Vec<String> {
    let mut confirm = Vec::new();
    if matter.needs_staff {
        confirm
            .push("症状・病気の記載があります。「このように回答してよいか」を店舗スタッフに確認".to_owned());
    }
    for field in &matter.missing {
        let line = match field.as_str() {
            "name" => "お名前が分かりません（これまでのメール・予約通知を確認）",
            "phone" => "電話番号の記載がありません",
            "email" => "メールアドレスの記載がありません",
            "version" => "製品とバージョンが分かりません（最初に確認）",
            "order_no" => "注文番号の記載がありません",
            "content" => "内容の記載がありません",
            "weekday" => "希望日の日付と曜日が合っていません（どちらか確認）",
            _ => continue,
        };
        confirm.push(line.to_owned());
    }
    confirm
}
