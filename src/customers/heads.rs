//! What the headings and the fixed words of a list mean. A table of words, nothing else.

use crate::desk::customers::Field;
use crate::triage::fold::Folded;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) field: Field,
    /// Several columns may hold the like.
    pub(super) many: bool,
}

/// What a heading means; `None` for one that means nothing here.
pub(super) fn head(text: &str) -> Option<Head> {
    let folded = Folded::new(text);
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-' | '(' | ')' | '*' | ':' | '・' | '.');
    let text: String = folded.text().chars().filter(kept).collect();
    // 電話番号2, メール3: more of the like.
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let field = match word {
        "顧客番号" | "顧客id" | "顧客コード" | "顧客no" | "お客様番号" | "会員番号" | "id" | "no"
        | "number" | "customernumber" | "customerno" | "customerid" | "customer" => Field::Id,
        "氏名" | "名前" | "お名前" | "顧客名" | "お客様名" | "name" | "fullname" | "customername" => {
            Field::Name
        }
        "フリガナ" | "ふりがな" | "カナ" | "かな" | "氏名カナ" | "氏名フリガナ" | "よみ" | "読み"
        | "kana" | "furigana" | "reading" => Field::Kana,
        "会社" | "会社名" | "法人名" | "企業名" | "屋号" | "company" | "companyname" | "organisation"
        | "organization" => Field::Company,
        "電話"
        | "電話番号"
        | "携帯"
        | "携帯電話"
        | "携帯番号"
        | "携帯電話番号"
        | "固定電話"
        | "その他電話"
        | "その他電話番号"
        | "その他の電話番号"
        | "自宅電話"
        | "勤務先電話"
        | "tel"
        | "phone"
        | "phonenumber"
        | "telephone"
        | "mobile"
        | "mobilephone"
        | "otherphone"
        | "otherphones" => Field::Phone,
        "メール"
        | "メールアドレス"
        | "eメール"
        | "その他メール"
        | "その他メールアドレス"
        | "携帯メール"
        | "mail"
        | "email"
        | "mailaddress"
        | "emailaddress"
        | "othermail"
        | "otheremail" => Field::Mail,
        "ランク" | "顧客ランク" | "会員ランク" | "tier" | "rank" | "plan" => Field::Tier,
        "紐付け" | "紐づけ" | "紐付" | "リンク" | "linked" | "link" => Field::Linked,
        "製品" | "製品名" | "所有製品" | "お持ちの製品" | "機種" | "型番" | "product" | "products"
        | "model" | "models" => Field::Product,
        "備考" | "メモ" | "note" | "notes" | "remark" | "remarks" => Field::Note,
        _ => return None,
    };
    Some(Head { field, many: matches!(field, Field::Phone | Field::Mail | Field::Product) })
}

/// A tier by its folded word.
pub(super) fn tier(word: &str) -> Option<crate::triage::directory::Tier> {
    use crate::triage::directory::Tier;
    match word {
        "standard" | "スタンダード" | "標準" | "一般" | "通常" => Some(Tier::Standard),
        "premium" | "プレミアム" | "優良" | "vip" => Some(Tier::Premium),
        _ => None,
    }
}

/// Yes or no by its folded word.
pub(super) fn yes(word: &str) -> Option<bool> {
    match word {
        "yes" | "true" | "1" | "y" | "はい" | "済" | "済み" | "有" | "あり" | "○" | "〇" => {
            Some(true)
        }
        "no" | "false" | "0" | "n" | "いいえ" | "未" | "無" | "なし" | "×" | "x" => Some(false),
        _ => None,
    }
}
