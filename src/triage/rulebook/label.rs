//! What form labels stand for, and the plain lists of words that the readers of fields ask for.

use crate::triage::verdict::Demand;

/// What a form label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// Full name.
    Name,
    /// Family name alone.
    Family,
    /// Given name alone.
    Given,
    /// Reading of the name in kana: never the name itself.
    Kana,
    /// Telephone.
    Phone,
    /// Fax: never a telephone of the writer.
    Fax,
    /// Mail address.
    Mail,
    /// The writer's own words.
    Content,
    /// Further free words (wishes, remarks).
    Remark,
    /// Subject line of the form.
    Subject,
    /// Wanted date, time, or both.
    When,
    /// Shop or branch.
    Shop,
    /// Order number.
    Order,
    /// Product or device.
    Product,
    /// Software version.
    Version,
    /// Company.
    Company,
    /// When the form was sent: never a wish.
    Received,
    /// Known, and of no use.
    Other,
}

impl LabelKind {
    /// The words of the rule file, in the order of the enum.
    pub const WORDS: [(&'static str, Self); 18] = [
        ("name", Self::Name),
        ("family", Self::Family),
        ("given", Self::Given),
        ("kana", Self::Kana),
        ("phone", Self::Phone),
        ("fax", Self::Fax),
        ("mail", Self::Mail),
        ("content", Self::Content),
        ("remark", Self::Remark),
        ("subject", Self::Subject),
        ("when", Self::When),
        ("shop", Self::Shop),
        ("order", Self::Order),
        ("product", Self::Product),
        ("version", Self::Version),
        ("company", Self::Company),
        ("received", Self::Received),
        ("other", Self::Other),
    ];
}

/// Plain word lists that the readers of fields ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordList {
    /// Family names: what may stand before 「です」 and be a person.
    Surname,
    /// Words that no person is called (shop, form, support, greetings).
    NotName,
    /// Whole words that stand where names stand and are none (「質問です」).
    Common,
    /// Forms of address behind a name.
    Honorific,
    /// Words before a name when people introduce themselves (`my name is`).
    NameBefore,
    /// Words after a name when people introduce themselves (「と申します」).
    NameAfter,
    /// Local parts of addresses that no person reads.
    Robot,
    /// Words that say that somebody comes along.
    Along,
    /// Words that say for whom the writer asks.
    Behalf,
    /// Words of a demand.
    Demand(Demand),
    /// Words beside a tag's words that take them back (「見ていません」).
    NotTag,
    /// Words behind a demand that take it back.
    NotAfter,
    /// Words before a demand that take it back.
    NotBefore,
    /// Local parts of addresses that stand for an office, not a person.
    Office,
    /// Labels of a booking's number.
    Reference,
    /// Words of a notice that a booking is off.
    Cancelled,
    /// Words of a notice that a booking was moved.
    Changed,
    /// Frequent words of Polish.
    Polish,
    /// Frequent words of English.
    English,
    /// Words that only Chinese mails hold.
    Chinese,
}

impl WordList {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 27] = [
        ("surname", Self::Surname),
        ("not_name", Self::NotName),
        ("common", Self::Common),
        ("honorific", Self::Honorific),
        ("name_before", Self::NameBefore),
        ("name_after", Self::NameAfter),
        ("robot", Self::Robot),
        ("along", Self::Along),
        ("behalf", Self::Behalf),
        ("demand_refund", Self::Demand(Demand::Refund)),
        ("demand_replacement", Self::Demand(Demand::Replacement)),
        ("demand_repair", Self::Demand(Demand::Repair)),
        ("demand_explanation", Self::Demand(Demand::Explanation)),
        ("demand_apology", Self::Demand(Demand::Apology)),
        ("demand_compensation", Self::Demand(Demand::Compensation)),
        ("demand_supervisor", Self::Demand(Demand::Supervisor)),
        ("demand_termination", Self::Demand(Demand::Termination)),
        ("not_tag", Self::NotTag),
        ("not_after", Self::NotAfter),
        ("not_before", Self::NotBefore),
        ("office", Self::Office),
        ("reference", Self::Reference),
        ("notice_cancelled", Self::Cancelled),
        ("notice_changed", Self::Changed),
        ("polish", Self::Polish),
        ("english", Self::English),
        ("chinese", Self::Chinese),
    ];
}

/// A synonym of a form label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Folded, without blanks.
    pub word: String,
    /// What it stands for.
    pub kind: LabelKind,
    /// Where it is written: `rules/labels.toml:12`.
    pub place: String,
    /// Line and column, from 1.
    pub at: (usize, usize),
}
