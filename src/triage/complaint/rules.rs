//! What the config says about complaints: types with their people, mandatory fields, spans. Checked values.

use super::Severity;
use crate::triage::id::Address;

/// How a house deals with complaints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The types, in the order of the config; at least one.
    pub kinds: Vec<Kind>,
    /// Fields without which a complaint is incomplete.
    pub required: Vec<Field>,
    /// Further fields that may be given.
    pub optional: Vec<Field>,
    /// How long what may take.
    pub spans: Spans,
    /// The template of the report to the customer.
    pub template: String,
}

/// How long what may take, in business days after the day on which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spans {
    /// To know every mandatory field.
    pub fields: u16,
    /// To deal with an urgent complaint.
    pub urgent: u16,
    /// To deal with an ordinary one.
    pub ordinary: u16,
    /// To propose a solution.
    pub proposal: u16,
    /// To write cause and prevention.
    pub explanation: u16,
    /// To decide again after an objection.
    pub objection: u16,
    /// For the manager to approve cause and prevention.
    pub verdict: u16,
    /// For the report to leave once it may be written.
    pub report: u16,
}

/// A type of complaint and who deals with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its name, such as `品質`.
    pub name: String,
    /// Topics of the rules whose mails are complaints of this type.
    pub topics: Vec<String>,
    /// What its complaints are unless somebody says otherwise; `None`: by the urgency of the mail.
    pub severity: Option<Severity>,
    /// Who is told at once and may object.
    pub people: Vec<Address>,
    /// Who proposes and explains.
    pub responsible: Address,
    /// Who approves cause and prevention; never the responsible person.
    pub manager: Address,
    /// Who sold it, where that is always the same.
    pub seller: Option<Address>,
}

/// A field of a complaint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// 種類: the type.
    Kind,
    /// 緊急度: 至急 or 通常.
    Severity,
    /// 注文番号.
    Order,
    /// 商品.
    Product,
    /// 発生日.
    Date,
    /// 内容: what happened.
    What,
    /// 要求: what the customer demands, item by item.
    Demands,
    /// 連絡先: how to reach the customer.
    Contact,
    /// 販売担当: who sold it.
    Seller,
    /// A field of the house's own.
    Own(String),
}

impl Field {
    /// What is known of every complaint unless the config says otherwise.
    pub const STANDARD: [Self; 9] = [
        Self::Kind,
        Self::Severity,
        Self::Order,
        Self::Product,
        Self::Date,
        Self::What,
        Self::Demands,
        Self::Contact,
        Self::Seller,
    ];

    /// The label people write before it.
    pub fn label(&self) -> &str {
        match self {
            Self::Kind => "種類",
            Self::Severity => "緊急度",
            Self::Order => "注文番号",
            Self::Product => "商品",
            Self::Date => "発生日",
            Self::What => "内容",
            Self::Demands => "要求",
            Self::Contact => "連絡先",
            Self::Seller => "販売担当",
            Self::Own(label) => label,
        }
    }

    /// The English word that may stand in its place.
    pub const fn english(&self) -> Option<&'static str> {
        match self {
            Self::Kind => Some("type"),
            Self::Severity => Some("severity"),
            Self::Order => Some("order"),
            Self::Product => Some("product"),
            Self::Date => Some("date"),
            Self::What => Some("what"),
            Self::Demands => Some("demand"),
            Self::Contact => Some("contact"),
            Self::Seller => Some("seller"),
            Self::Own(_) => None,
        }
    }

    /// A field by its label; whatever is no standard one is the house's own.
    pub fn called(label: &str) -> Self {
        let label = label.trim();
        let standard = Self::STANDARD.into_iter().find(|field| {
            field.label() == label || field.english().is_some_and(|word| word.eq_ignore_ascii_case(label))
        });
        standard.unwrap_or_else(|| Self::Own(label.to_owned()))
    }
}

impl Rules {
    /// A type by its name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name.trim())
    }

    /// Whether a type names somebody.
    pub fn names(&self, who: &Address) -> bool {
        self.kinds.iter().any(|kind| {
            [&kind.responsible, &kind.manager].contains(&who)
                || kind.seller.as_ref() == Some(who)
                || kind.people.contains(who)
        })
    }

    /// The type whose complaints come as mails of this topic.
    pub fn kind_of_topic(&self, topic: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.topics.iter().any(|known| known == topic))
    }

    /// The field that a label means, where there is one. Standard ones are always there.
    pub fn field(&self, label: &str) -> Option<Field> {
        let field = Field::called(label);
        let standard = Field::STANDARD.contains(&field);
        let own = || self.required.iter().chain(&self.optional).any(|known| *known == field);
        (standard || own()).then_some(field)
    }
}
