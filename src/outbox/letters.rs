//! The mails of the desk, put together from a case: requests and answers to agents, the customer's mail, the draft.
//!
//! What a mail says is in `render`; here is decided only which facts of the case go into it. An effect that the
//! case has left behind yields no mail at all.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tracing::error;

use crate::config::Config;
use crate::desk::{Desk, DeskError};
use crate::live::Live;
use crate::render::request::{CustomerCard, DraftView, RequestView};
use crate::render::transcript::{self, Decided, Heading};
use crate::render::{self, Envelope, InternalMail, Outgoing, RenderError, notice, request};
use crate::token::{Content, Token};
use crate::triage::case::{Case, Step, Why};
use crate::triage::draft::Draft;
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::id::{Address, CaseId, MessageId};
use crate::triage::mail::Letter;
use crate::triage::verdict::Class;
use crate::triage::words;

/// A mail to one of us, ready for the server.
#[derive(Debug)]
pub struct Written {
    /// Whom it goes to.
    pub to: Address,
    /// RFC 5322, CRLF line ends.
    pub bytes: Vec<u8>,
}

/// What a token of the case's current revision is bound to, as hexadecimal text.
pub fn asked_hash(case: &Case) -> String {
    content(case).to_hex()
}

fn content(case: &Case) -> Content {
    match case.draft.as_ref().filter(|draft| draft.revision == case.revision) {
        Some(draft) => Content::of(&draft.to, &draft.subject, &draft.body),
        None => Content::of_question(),
    }
}

/// The reference every mail of ours carries in `X-Madoguchi-Ref`: it survives a server that rewrites Message-IDs.
pub fn reference(id: &MessageId) -> String {
    const MOST: usize = 60;
    let local = id.as_str().split_once('@').map_or(id.as_str(), |(local, _)| local);
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    local.chars().filter(plain).take(MOST).collect()
}

/// Whether a letter is one of our own mails that came back to the mailbox.
pub fn is_ours(live: &Live, letter: &Letter) -> bool {
    let marked = letter.header("x-madoguchi-ref").next().is_some();
    let from = letter.from.first().and_then(|from| Address::parse(&from.address));
    marked && from.as_ref() == Some(&live.config.smtp.from)
}

/// The customer's mail of a revision. The same case and draft give the same bytes.
///
/// # Errors
/// When subject or address would break the mail's header.
pub fn customer_mail(
    live: &Live,
    case: &Case,
    draft: &Draft,
    now: Timestamp,
) -> Result<Vec<u8>, RenderError> {
    let id = crate::triage::decide::message_id(&case.id, draft.revision, live.policy(&case.mailbox));
    draft_mail(live, case, draft, &id, now)
}

/// The draft as it lies in Drafts, under its own id.
///
/// # Errors
/// When subject or address would break the mail's header.
pub fn draft_mail(
    live: &Live,
    case: &Case,
    draft: &Draft,
    id: &MessageId,
    at: Timestamp,
) -> Result<Vec<u8>, RenderError> {
    let config = &live.config;
    // Threads with our earlier answer to the customer; never with the form's mail, which the customer never saw.
    let earlier: Vec<MessageId> = case.sent.iter().map(|sent| sent.message_id.clone()).collect();
    let answered =
        case.mails.iter().rev().find(|_| case.sent.is_some()).and_then(|mail| mail.message_id.as_ref());
    let date = at.to_zoned(config.desk.zone.clone());
    render::customer_mail(&Outgoing {
        envelope: Envelope {
            from: &config.smtp.from,
            from_name: from_name(config),
            reply_to: reply_address(config, case),
            message_id: id,
            in_reply_to: answered,
            references: &earlier,
            date: &date,
            reference: &reference(id),
        },
        to: &draft.to,
        subject: &draft.subject,
        body: &draft.body,
    })
}

fn from_name(config: &Config) -> &str {
    config.smtp.from_name.as_deref().unwrap_or(&config.desk.name)
}

/// Customers answer to the mailbox that is watched, whatever address sends.
fn reply_address<'c>(config: &'c Config, case: &Case) -> Option<&'c Address> {
    let address = config.mailbox(&case.mailbox).map(|mailbox| &mailbox.address)?;
    (*address != config.smtp.from).then_some(address)
}

/// The mail an effect wants, or nothing when the case has moved on.
pub async fn write(desk: &Desk, case: &Case, effect: &Effect) -> Result<Option<Written>, DeskError> {
    let live = desk.live();
    match effect {
        Effect::Ask { to, question, revision, at, until, reminder } => {
            if *revision != case.revision || !still_asked(case, *question) {
                return Ok(None);
            }
            let Some(ring) = &live.ring else { return Ok(None) };
            let token = ring.issue(&case.id, *revision, content(case), to, *until);
            let history = desk.history(case).await?;
            let mail = ask(&live, case, to, *question, &token, *reminder, history);
            let id = token.message_id(live.config.smtp.from.domain());
            let plus = live
                .config
                .approval
                .plus_addressing
                .then(|| token.plus_address(&live.config.approval.address));
            let reply_to = plus.flatten().unwrap_or_else(|| live.config.approval.address.clone());
            Ok(id.and_then(|id| finish(&live, case, &mail, &id, Some(&reply_to), *at, to)))
        }
        Effect::Tell { to, notice, at } => {
            let mail = tell(&live, case, to, notice);
            let word = match notice {
                Notice::Done { .. } => "done",
                Notice::AlreadyDecided { .. } => "decided",
                Notice::Retired => "retired",
                Notice::NotNow { .. } => "notnow",
                Notice::NotUnderstood { .. } => "unclear",
                Notice::Expired => "expired",
                Notice::UnknownColleague { .. } => "colleague",
                Notice::NoAddress => "noaddress",
                Notice::Overdue { .. } => "overdue",
                Notice::Status => "status",
                Notice::Help => "help",
            };
            let person = to.as_str().replace('@', ".");
            let domain = live.config.smtp.from.domain();
            let id = format!("tell.{word}.{}.{}.{person}@{domain}", case.id, at.as_millisecond());
            let id = MessageId::parse(&id);
            Ok(id.and_then(|id| finish(&live, case, &mail, &id, None, *at, to)))
        }
        Effect::Mark { .. }
        | Effect::SaveDraft { .. }
        | Effect::RetireDraft { .. }
        | Effect::Send { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. } => Ok(None),
    }
}

fn finish(
    live: &Live,
    case: &Case,
    mail: &InternalMail,
    id: &MessageId,
    reply_to: Option<&Address>,
    at: Timestamp,
    to: &Address,
) -> Option<Written> {
    let date = at.to_zoned(live.config.desk.zone.clone());
    let root = thread_root(&case.id, live.config.smtp.from.domain());
    let references: Vec<MessageId> = root.into_iter().collect();
    let envelope = Envelope {
        from: &live.config.smtp.from,
        from_name: from_name(&live.config),
        reply_to,
        message_id: id,
        in_reply_to: references.first(),
        references: &references,
        date: &date,
        reference: &reference(id),
    };
    match render::internal_mail(&envelope, mail) {
        Ok(bytes) => Some(Written { to: to.clone(), bytes }),
        // Addresses come from the config and texts are encoded: only a broken config could end here.
        Err(error) => {
            error!(case = %case.id, %error, "A mail to one of us cannot be rendered; check [smtp] and [approval].");
            None
        }
    }
}

/// Every mail about a case hangs under this id, so that a mail program shows one conversation.
fn thread_root(case: &CaseId, domain: &str) -> Option<MessageId> {
    MessageId::parse(&format!("case.{case}@{domain}"))
}

fn still_asked(case: &Case, question: Question) -> bool {
    let step = case.open().map(|open| &open.step);
    match question {
        Question::Approve => matches!(step, Some(Step::Drafted { .. } | Step::Asked { .. })),
        Question::Write => matches!(step, Some(Step::AtDesk { .. })),
        Question::Shop => matches!(step, Some(Step::AtShop { .. })),
        Question::Unknown => matches!(step, Some(Step::Unknown { .. })),
        Question::Quarantine => matches!(step, Some(Step::Quarantined { .. })),
        Question::Outcome => true,
    }
}

fn ask(
    live: &Live,
    case: &Case,
    to: &Address,
    question: Question,
    token: &Token,
    reminder: u8,
    history: Vec<String>,
) -> InternalMail {
    let zone = &live.config.desk.zone;
    let notice = opening(case, question, reminder, zone);
    let received = case.mails.last().map(|mail| moment(mail.sent, zone)).unwrap_or_default();
    let expires = moment(token.expires(), zone);
    let words = case.mails.iter().rev().take(2).map(|mail| mail.words.as_str()).collect::<Vec<_>>();
    let words = words.into_iter().rev().collect::<Vec<_>>().join("\n\n――――\n\n");
    let email = case.customer.address.as_ref().map(Address::as_str).unwrap_or_default();
    let draft =
        case.draft.as_ref().filter(|draft| question == Question::Approve && draft.revision == case.revision);
    request::request(&RequestView {
        to,
        case: &case.id,
        token,
        desk: &live.config.approval.address,
        notice: &notice,
        urgent: case.matter.urgent && question != Question::Outcome,
        customer: CustomerCard {
            name: case.customer.name.as_deref().unwrap_or_default(),
            phone: case.customer.phone.as_deref().unwrap_or_default(),
            email,
            shop: case.customer.shop.as_deref().unwrap_or_default(),
            class: class_word(case.matter.class),
            topic: topic_word(&case.matter.topic),
            received: &received,
            wishes: case.matter.wishes.clone(),
            history,
            confirm: confirm(case),
        },
        words: &words,
        draft: draft.map(|draft| DraftView { to: &draft.to, subject: &draft.subject, body: &draft.body }),
        expires: &expires,
    })
}

/// What to say before everything else.
fn opening(case: &Case, question: Question, reminder: u8, zone: &TimeZone) -> String {
    let mut lines = Vec::new();
    if reminder > 0 {
        lines.push(format!("まだお返事がないため、もう一度お送りします（{reminder} 回目）。"));
    }
    match question {
        Question::Approve if case.revision.number() > 1 => {
            lines.push(format!("改訂 {} です。前の案は取り下げました。", case.revision));
        }
        Question::Approve => {}
        Question::Write => lines.push(why(case)),
        Question::Shop => lines.push(
            "コールセンターからの確認依頼です。お客様へ直接ご対応いただけるときは「対応します」とだけ返信してください。".to_owned(),
        ),
        Question::Unknown => lines.push(
            "送信中に接続が切れ、お客様に届いたか分かりません。送信済みの中には見つかりませんでした。自動で送り直すことはありません。".to_owned(),
        ),
        Question::Quarantine => lines.push(
            "読み取れないメールがあります。「要確認」の印を付けて受信トレイに残しました。元のメールを開いて対応をお願いします。".to_owned(),
        ),
        Question::Outcome => lines.push(outcome(case, zone)),
    }
    if case.matter.ambiguous && matches!(question, Question::Approve | Question::Write) {
        lines.push(
            "A（お問い合わせ）とも B（予約希望）とも読めます。違うときは「分類 a」「分類 b」と返信してください。".to_owned(),
        );
    }
    lines.join("\n")
}

fn outcome(case: &Case, zone: &TimeZone) -> String {
    match &case.sent {
        Some(sent) => format!(
            "{} にお客様へ送信しました。予約になったときは「予約確定」、ならなかったときは「不成立」と返信してください。",
            moment(sent.at, zone)
        ),
        None => "電話済として記録しました。予約になったときは「予約確定」、ならなかったときは「不成立」と返信してください。".to_owned(),
    }
}

fn why(case: &Case) -> String {
    let Some(Step::AtDesk { why, .. }) = case.open().map(|open| &open.step) else { return String::new() };
    match why {
        Why::Fault(sentence) => format!("返信案を作れませんでした。{sentence}"),
        Why::NoAddress => {
            "お客様のメールアドレスが見つからないため、返信案がありません。お電話での対応をお願いします。"
                .to_owned()
        }
        Why::Rejected { by, reason } if reason.is_empty() => format!("{by} さんが「却下」と返事しました。"),
        Why::Rejected { by, reason } => format!("{by} さんが「却下」と返事しました: {reason}"),
        Why::CustomerAnswered => "お客様から続きのメールが届きました。".to_owned(),
        Why::Bounced => {
            "お客様へ送ったメールが届かずに戻ってきました。アドレスを確かめてください。".to_owned()
        }
        Why::Refused { what } => format!(
            "送信サーバーに断られ、お客様には届いていません（{what}）。同じ内容をもう一度送るには「再送」と返信してください。"
        ),
    }
}

/// What an agent should find out first.
fn confirm(case: &Case) -> Vec<String> {
    let mut confirm = Vec::new();
    if case.matter.needs_staff {
        confirm
            .push("症状・病気の記載があります。「このように回答してよいか」を店舗スタッフに確認".to_owned());
    }
    for field in &case.matter.missing {
        let line = match field.as_str() {
            "name" => "お名前が分かりません（これまでのメール・予約通知を確認）",
            "phone" => "電話番号の記載がありません",
            "email" => "メールアドレスの記載がありません",
            "version" => "製品とバージョンが分かりません（最初に確認）",
            "order_no" => "注文番号の記載がありません",
            "content" => "内容の記載がありません",
            _ => continue,
        };
        confirm.push(line.to_owned());
    }
    confirm
}

/// A or B, in words.
pub const fn class_word(class: Class) -> &'static str {
    match class {
        Class::Inquiry => "A お問い合わせ",
        Class::Reservation => "B 予約希望",
    }
}

/// A topic of the shipped rules in words; a supervisor's own topic as it is written.
pub fn topic_word(topic: &str) -> &str {
    match topic {
        "booking" => "予約",
        "price" => "料金",
        "symptom" => "症状",
        "access" => "アクセス",
        "hours" => "営業時間",
        "cancel" => "キャンセル",
        "change" => "変更",
        "complaint" => "苦情",
        "sales" => "営業",
        "job" => "採用",
        "support" => "サポート",
        "order" => "注文",
        "purchase" => "購入",
        "other" => "その他",
        own => own,
    }
}

/// `8月27日(木) 14:05` in the desk's zone.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    format!("{} {}:{:02}", words::day(at.date(), "ja"), at.hour(), at.minute())
}

fn tell(live: &Live, case: &Case, to: &Address, notice: &Notice) -> InternalMail {
    let heading = Heading { to, case: &case.id };
    let zone = &live.config.desk.zone;
    match notice {
        Notice::Done { command } => notice::done(heading, command),
        Notice::AlreadyDecided { by, at, what } => {
            let by = by.as_ref().map_or_else(String::new, |by| name_of(live, by));
            transcript::decided(&Decided { heading, by: &by, at: &moment(*at, zone), what })
        }
        Notice::Retired => notice::retired(heading),
        Notice::NotNow { command, state } => notice::not_now(heading, command, state_ja(state)),
        Notice::NotUnderstood { why } => notice::unclear(heading, why),
        Notice::Expired => notice::expired(heading),
        Notice::UnknownColleague { who } => notice::unknown_colleague(heading, who),
        Notice::NoAddress => notice::no_address(heading),
        Notice::Overdue { state } => notice::overdue(heading, state_ja(state)),
        Notice::Status => transcript::status(heading, &status(live, case)),
        Notice::Help => transcript::help(heading),
    }
}

/// A person's name, or the address where it has no name.
fn name_of(live: &Live, address: &Address) -> String {
    let person = live.config.people.iter().find(|person| person.address == *address);
    person.map_or_else(|| address.to_string(), |person| person.name.clone())
}

/// Where a case stands, in lines.
fn status(live: &Live, case: &Case) -> Vec<String> {
    let zone = &live.config.desk.zone;
    let mut lines = vec![format!("状態: {}", state_ja(case.state_word()))];
    if let Some(due) = case.due() {
        lines.push(format!("次の期限: {}", moment(due, zone)));
    }
    for entry in &case.record {
        let by = entry.by.as_ref().map_or_else(|| "窓口".to_owned(), |by| name_of(live, by));
        let note = if entry.note.is_empty() { String::new() } else { format!(" {}", entry.note) };
        lines.push(format!("{} {by} {}{note}", moment(entry.at, zone), record_ja(&entry.what)));
    }
    lines
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
fn record_ja(what: &str) -> &str {
    match what {
        "customer_wrote" => "お客様から続きのメール",
        "label_removed_by_hand" => "ラベルが外されました",
        "request_undeliverable" => "依頼メールを届けられません",
        "send_refused" => "送信を断られました",
        "send_unknown" => "送信結果が分かりません",
        "bounced" => "メールが戻ってきました",
        "shop_deadline" => "店舗の期限が過ぎました",
        other => other,
    }
}
