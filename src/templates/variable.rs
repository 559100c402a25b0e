//! The closed list of what a template may say about a case. `docs/templates.md` repeats it, and a test compares.

/// One thing a template can refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// As written between `{{` and `}}`.
    pub name: &'static str,
    /// What it is, in Japanese.
    pub ja: &'static str,
    /// What it is, in English.
    pub en: &'static str,
    /// What a person can do when it is unknown, in Japanese; begins where 「…するか、」 may follow.
    pub remedy: &'static str,
    /// A value as it would look; also used to try templates when they are loaded.
    pub example: &'static str,
    /// Whether the value may have several lines; line breaks in others become blanks.
    pub lines: bool,
}

const fn one(
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    remedy: &'static str,
    example: &'static str,
) -> Variable {
    Variable { name, ja, en, remedy, example, lines: false }
}

const fn many(
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    remedy: &'static str,
    example: &'static str,
) -> Variable {
    Variable { name, ja, en, remedy, example, lines: true }
}

const BY_HAND: &str = "";
const AWAY: &str = "config.toml に [[shop.away]] を書く";

/// Every variable, by name. What the customer wrote is not among them: strangers' words do not go out under
/// our name.
pub const VARIABLES: [Variable; 31] = [
    one("agent_name", "担当者名", "the agent's name", BY_HAND, "佐藤"),
    many(
        "apology",
        "お詫びの言葉",
        "a word of apology",
        "config.toml の [reply] に apology を書く",
        "お待たせして申し訳ございません。",
    ),
    one("answer_by", "お返事する期限", "by when we answer", BY_HAND, "8月27日(木) 14:00"),
    many(
        "ask_first",
        "最初に伺うこと(1行に1つ)",
        "what to ask first, one a line",
        BY_HAND,
        "・ご利用のバージョン\n・ご利用の製品名・機種",
    ),
    many(
        "ask_missing",
        "まだ伺っていないこと(1行に1つ)",
        "what is still to be asked, one a line",
        BY_HAND,
        "・お電話番号\n・注文番号",
    ),
    one("away_back", "スタッフが戻る日", "the day the staff are back", AWAY, "8月30日(日)"),
    one("away_from", "不在の最初の日", "the first day the staff are away", AWAY, "8月27日(木)"),
    one("away_until", "不在の最後の日", "the last day the staff are away", AWAY, "8月29日(土)"),
    one("away_who", "不在のスタッフ", "who is away", AWAY, "担当スタッフの山本"),
    one(
        "case_number",
        "受付番号",
        "the number of the case",
        "config.toml の [mailbox.acknowledge] に case_number = true を書く",
        "Y4DC76FAYY",
    ),
    many(
        "complaint_cause",
        "苦情の原因",
        "the cause of a complaint",
        BY_HAND,
        "梱包材が薄く、輸送中の衝撃を受け止められませんでした。",
    ),
    one("complaint_date", "苦情の発生日", "the day of what is complained about", BY_HAND, "8月25日"),
    many(
        "complaint_demands",
        "ご要望と対応(1件ずつ)",
        "each demand and what was done about it",
        BY_HAND,
        "1. 代わりの品がほしい\n   → 8月28日に新しい品をお送りしました。",
    ),
    one("complaint_order", "苦情の注文番号", "the order a complaint is about", BY_HAND, "A-1001"),
    many(
        "complaint_prevention",
        "再発防止策",
        "what prevents it from happening again",
        BY_HAND,
        "梱包を二重にし、出荷前に検査します。",
    ),
    one("complaint_product", "苦情の商品", "the product a complaint is about", BY_HAND, "九谷焼の皿"),
    one("complaint_received", "苦情をいただいた日", "the day the complaint came", BY_HAND, "8月26日(水)"),
    many("complaint_what", "苦情の内容", "what happened", BY_HAND, "皿が割れて届いた。"),
    one("customer_name", "お客様のお名前", "the customer's name", BY_HAND, "山田 花子"),
    one("desk_name", "窓口の名前", "our name", "config.toml の [desk] に name を書く", "JITANBODY整体院"),
    one(
        "desk_phone",
        "窓口の電話番号",
        "our telephone number",
        "config.toml の [desk] に phone を書く",
        "03-1234-5678",
    ),
    one(
        "desk_url",
        "ホームページのアドレス",
        "the address of our web site",
        "config.toml の [desk] に url を書く",
        "https://jitanbody.example/",
    ),
    one("first_wish", "第一希望の日時", "the first wish", BY_HAND, "8月27日(木) 14:00"),
    one("model", "製品名・機種", "the product", BY_HAND, "蔵衛門Pad Tough"),
    one("received_date", "お問い合わせをいただいた日", "the day the mail came", BY_HAND, "8月26日(水)"),
    many(
        "shop_access",
        "店舗への行き方",
        "the way to the shop",
        "config.toml の [[shop]] に access を書く",
        "東京都新宿区西新宿1-1-1\nJR新宿駅 西口から徒歩5分",
    ),
    many(
        "shop_hours",
        "店舗の営業時間",
        "the shop's opening hours",
        "config.toml の [[shop]] に hours を書く",
        "平日 10:00〜21:00\n土日祝 9:00〜19:00",
    ),
    one("shop_name", "店舗名", "the shop's name", BY_HAND, "新宿院"),
    one(
        "shop_phone",
        "店舗の電話番号",
        "the shop's telephone number",
        "config.toml の [[shop]] に phone を書く",
        "03-1111-2222",
    ),
    one("today", "本日の日付", "today", BY_HAND, "8月27日(木)"),
    many(
        "wish_list",
        "ご希望の日時(1行に1つ)",
        "the wished dates, one a line",
        BY_HAND,
        "8月27日(木) 14:00\n8月28日(金) 10:00",
    ),
];

/// What an acknowledgement may say: nothing that came from outside, and nothing about a case but its number.
pub(super) const IN_ACKNOWLEDGEMENTS: [&str; 4] = ["answer_by", "case_number", "desk_name", "desk_phone"];

/// What nothing but an acknowledgement says.
pub(super) const ONLY_IN_ACKNOWLEDGEMENTS: [&str; 2] = ["answer_by", "case_number"];

/// A variable by name.
pub fn variable(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

/// Line breaks, tabs and other control characters become one blank each run.
pub(super) fn on_one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// What nothing but the report of a complaint says.
pub(super) const ONLY_IN_REPORTS: [&str; 8] = [
    "complaint_cause",
    "complaint_date",
    "complaint_demands",
    "complaint_order",
    "complaint_prevention",
    "complaint_product",
    "complaint_received",
    "complaint_what",
];
