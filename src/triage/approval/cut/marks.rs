//! How mail programs say that the rest is somebody else's: attributions, header blocks, dividers, trailers.
//!
//! Every line is folded before it is looked at. A pattern takes what a program writes and nothing that a person might; each
//! has a row in the table of replies.

use std::sync::LazyLock;

use regex::Regex;

/// Whether an older mail starts here without quote marks: `-----Original Message-----`, or a block of header
/// lines (差出人, 送信日時, 件名), possibly under a drawn line.
pub(super) fn older_mail(rest: &[String]) -> bool {
    let Some(line) = rest.first() else { return false };
    if DIVIDER.is_match(line) || header_block(rest) {
        return true;
    }
    if !DRAWN.is_match(line) {
        return false;
    }
    let blank = rest.iter().skip(1).take_while(|line| line.is_empty()).count();
    rest.get(1 + blank..).is_some_and(header_block)
}

fn header_block(rest: &[String]) -> bool {
    let plain = |line: &String| line.replace('*', "");
    let mut block = rest.iter().take(7).map(plain);
    block.next().is_some_and(|line| FROM_LABEL.is_match(&line)) && {
        let others: Vec<String> = block.collect();
        others.iter().any(|line| DATE_LABEL.is_match(line))
            && others.iter().any(|line| OTHER_LABEL.is_match(line))
    }
}

/// How many lines an attribution ("On … wrote:") takes, if one starts here. Wrapped ones take up to three; a typed line above
/// one is none of it.
pub(super) fn attribution(rest: &[String]) -> Option<usize> {
    let mut joined = String::new();
    for (at, line) in rest.iter().take(3).enumerate() {
        if line.is_empty() {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        // There is no attribution without a date or an address.
        if !line.ends_with(':') || !joined.bytes().any(|b| b.is_ascii_digit() || b == b'@') {
            continue;
        }
        if at == 0 && LOOSE.iter().any(|pattern| pattern.is_match(&joined)) {
            return Some(1);
        }
        if ANCHORED.iter().any(|pattern| pattern.is_match(&joined)) {
            let first = rest.first().map_or("", String::as_str);
            return (at == 0 || is_wrapped(first, rest.get(1..=at)?)).then_some(at + 1);
        }
    }
    None
}

/// Whether an attribution of several lines was broken by a program. "On 8/28 please\nDesk <d@corp.test> wrote:" was not.
fn is_wrapped(first: &str, others: &[String]) -> bool {
    const NARROW: usize = 40;
    let whole = |lines: &[String]| {
        let joined = lines.join(" ");
        let named = !joined.starts_with('<');
        let whole = LOOSE.iter().chain(&*ANCHORED).any(|pattern| pattern.is_match(&joined));
        named && whole
    };
    let width: usize = first.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    let later = (0..others.len()).any(|from| others.get(from..).is_some_and(whole));
    !later || width > NARROW
}

#[expect(clippy::expect_used, reason = "the patterns are constants of this file; a test compiles every one")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static DIVIDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\*?(?:-{2,} ?(?:original message|original appointment|元のメッセージ|元のメール|オリジナルメッセージ",
        r"|forwarded message|転送メッセージ|転送されたメッセージ|ursprüngliche nachricht|weitergeleitete nachricht",
        r"|oryginalna wiadomość|wiadomość oryginalna|wiadomość przekazana|message d'origine|mensaje original",
        r"|przekazana wiadomość|treść przekazanej wiadomości|messaggio originale|原始邮件|原始郵件) ?-*",
        r"|-{2,} ?on .{4,240} wrote:? ?-{2,}|begin forwarded message:|転送されたメッセージ:|anfang der weitergeleiteten nachricht:",
        r"|początek przekazywanej wiadomości:)\*?$"
    ))
});
pub(super) static DRAWN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[-=_*━─―ー~+#・.◇◆■□]{4,}$"));
static FROM_LABEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:差出人|送信者|送信元|from|von|od|de|da|发件人|寄件者) ?: ?\S"));
static DATE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:送信日時|送信日|日時|日付|date|sent|gesendet|datum|wysłano|data|envoyé|fecha|inviato|发送时间) ?: ?\S",
    )
});
static OTHER_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:宛先|件名|to|subject|an|betreff|do|temat|à|objet|para|asunto|a|oggetto|主题) ?: ?")
});
/// Attributions that begin like one: with a date, or a word and a date.
static ANCHORED: LazyLock<[Regex; 10]> = LazyLock::new(|| {
    [
        r"^on .{4,240} ?wrote:$",
        r"^\(?\d{4} ?[-/年.].{4,240}(?:wrote|書きました|のメール|の投稿) ?:$",
        r"^\(?\d{4} ?[-/年.] ?\d{1,2} ?[-/月.] ?\d{1,2}.{0,120}< ?[^<>\s]+@[^<>\s]+>.{0,20}:$",
        r"^am .{4,240} schrieb .{1,240}:$",
        r"^(?:w dniu|dnia|pon\.|wt\.|śr\.|czw\.|pt\.|sob\.|ndz?\.|niedz\.|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|\d{1,2} \w+ \d{4}).{2,240} (?:napisał\(a\)|napisała?|pisze):$",
        r"^wiadomość napisana przez .{2,200} w dniu .{4,80}:$",
        r"^le .{4,240} a écrit ?:$",
        r"^(?:el .{4,240} escribió|il .{4,240} ha scritto|em .{4,240} escreveu) ?:$",
        r"^op .{4,240} schreef .{1,240}:$",
        r"^(?:于 ?)?\d{4}.{0,120}(?:写道|寫道):$",
    ]
    .map(pattern)
});
/// Attributions that begin with a name: they are one line, or a typed line above would go with them.
static LOOSE: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"^.{0,240}< ?[^<>\s]+@[^<>\s]+> ?(?:さん)?(?:は|が|の)?(?:次のように)?(?:書きました|メール|wrote|napisał\(a\)|pisze):$",
        r"^.{0,120}< ?[^<>\s]+@[^<>\s]+> schrieb(?: am .{4,120})?:$",
        r"^.{1,120}さん(?:は|が)(?:次のように)?書きました ?(?:\(.{4,60}\))? ?:$",
        r"^.{0,120}\d{4}.{0,120}(?:写道|寫道):$",
    ]
    .map(pattern)
});
pub(super) static TRAILER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:sent (?:from|via|with) .{2,60}|get outlook for (?:ios|android|mac|windows).{0,60}",
        r"|.{0,20}outlook.{0,20}(?:入手|取得|ダウンロード).{0,60}",
        r"|.{0,20}(?:iphone|ipad|android|スマホ|スマートフォン|携帯|タブレット|outlook|gmail|yahoo|アプリ|xperia|galaxy",
        r"|pixel|aquos|arrows|docomo|ドコモ|windows).{0,20}から送信(?:しました|しています|されました)?[。.]?",
        r"|von .{2,50} gesendet\.?|gesendet (?:von|mit|über) .{2,60}|holen sie sich .{0,20}outlook.{0,60}|diese nachricht wurde von .{2,60} gesendet\.?",
        r"|outlook für .{2,80}|wysłan[eoy] (?:z|ze|przy użyciu|za pomocą) .{2,60}|(?:pobierz|uzyskaj) .{0,20}outlook.{0,60}",
        r"|envoyé (?:de|depuis) .{2,60}|token: ?[0-9a-z-]{20,80})$"
    ))
});
pub(super) static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"tel|fax|phone|〒|株式会社|有限会社|合同会社|https?://|www\.|\S@\S|e-?mail|携帯|\d{2,4}-\d{2,4}-\d{3,4}",
    )
});
pub(super) static INSTRUCTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"変更|修正|訂正|直し|ください|下さい|お願い|しないで|待って|please|change|but |not |wait|→|ただし",
    )
});
