//! The customers a desk knows: what is written about one, and by what a person who calls or writes is known again.
//!
//! Spellings of one number, address or name become one text here, for what is kept and for what is looked for alike.
//! Nothing here looks anything up, and nothing guesses: what cannot be a number is none.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::case::Customer;
use super::fields::japanese;
use super::fold::Folded;
use super::id::Address;

/// Longest customer number, in characters.
const NUMBER: usize = 64;
/// Longest name that is looked for, in characters.
const NAME: usize = 100;

/// The number a customer has in the system the list comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerId(String);

impl CustomerId {
    /// At most 64 letters, figures and signs, without blanks and slashes; wide forms become narrow.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().nfkc().collect();
        let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '/';
        let good = !text.is_empty() && text.chars().count() <= NUMBER && text.chars().all(fits);
        good.then_some(Self(text))
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a customer was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// Everybody.
    #[default]
    Standard,
    /// Who is served first.
    Premium,
}

impl Tier {
    /// Its word in answers of commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Premium => "premium",
        }
    }
}

/// What is written about one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The number in the customer system.
    pub id: CustomerId,
    /// As written there.
    pub name: String,
    /// How the name is read.
    pub kana: String,
    /// The company.
    pub company: String,
    /// Numbers as [`phone`] makes them, the main one first.
    pub phones: Vec<String>,
    /// Addresses, the main one first.
    pub mails: Vec<Address>,
    /// What was promised.
    pub tier: Tier,
    /// Whether the telephone system shows the record by itself. Not linked is not "not registered".
    pub linked: bool,
    /// Products of ours that they have.
    pub products: Vec<String>,
    /// Anything else.
    pub note: String,
}

/// Something by which a customer is known again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handle {
    /// A number as [`phone`] makes it.
    Phone(String),
    /// An address.
    Mail(Address),
    /// A name or its reading as [`name`] makes it.
    Name(String),
}

/// Why a record is shown, the strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The same telephone number.
    Phone,
    /// The same mail address.
    Mail,
    /// The same name, or the same reading of it.
    Name,
    /// A name that begins so.
    NameBegins,
}

impl Reason {
    /// Its words in answers of commands.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Phone => "same phone",
            Self::Mail => "same mail",
            Self::Name => "same name",
            Self::NameBegins => "name begins so",
        }
    }
}

impl Handle {
    /// Why a record with this handle is shown.
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Phone(_) => Reason::Phone,
            Self::Mail(_) => Reason::Mail,
            Self::Name(_) => Reason::Name,
        }
    }

    /// What a person typed: an address, a number or a name. `None`: nothing to look for.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(address) = mail(text) {
            return Some(Self::Mail(address));
        }
        phone(text).map(Self::Phone).or_else(|| name(text).map(Self::Name))
    }

    /// Whether it is a name, which others may have, too.
    pub const fn is_name(&self) -> bool {
        matches!(self, Self::Name(_))
    }
}

impl Record {
    /// Everything the customer is found by.
    pub fn handles(&self) -> BTreeSet<Handle> {
        let phones = self.phones.iter().cloned().map(Handle::Phone);
        let mails = self.mails.iter().cloned().map(Handle::Mail);
        let names = [&self.name, &self.kana].into_iter().filter_map(|text| name(text)).map(Handle::Name);
        phones.chain(mails).chain(names).collect()
    }
}

/// By what the customer of a case is known again: address, number, name, as far as they are known.
pub fn handles(customer: &Customer) -> Vec<Handle> {
    let address = customer.address.clone().map(Handle::Mail);
    let number = customer.phone.as_deref().and_then(phone).map(Handle::Phone);
    let name = customer.name.as_deref().and_then(name).map(Handle::Name);
    address.into_iter().chain(number).chain(name).collect()
}

/// One telephone number in any spelling: digits with the leading 0 for Japan, `+` and digits for other countries, without
/// extension. `None` for anything else, two numbers in one text included.
pub fn phone(text: &str) -> Option<String> {
    let folded = Folded::new(text);
    let text = without_extension(without_label(folded.text().trim()));
    let foreign = text.trim_start_matches(['(', ' ']).starts_with('+');
    // +44 (0)20 …: the zero is dialled inside the country only.
    let text = if foreign { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let mut digits = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && text.get(..at)?.bytes().all(|b| matches!(b, b'(' | b' ')) => {}
            '-' | '(' | ')' | '[' | ']' | '.' | ' ' | '/' | 'の' | '・' | 'ー' => {}
            _ => return None,
        }
    }
    // 010 dials abroad from Japan, 00 from most other countries.
    let abroad = if foreign {
        Some(digits.as_str())
    } else {
        digits.strip_prefix("010").or_else(|| digits.strip_prefix("00"))
    };
    match abroad {
        Some(abroad) => match abroad.strip_prefix("81") {
            Some(national) => at_home(&format!("0{}", national.trim_start_matches('0'))),
            None => {
                let fits = (8..=15).contains(&abroad.len()) && !abroad.starts_with('0');
                fits.then(|| format!("+{abroad}"))
            }
        },
        None => at_home(&digits).or_else(|| without_its_zero(&digits)),
    }
}

/// A number of the Japanese plan, all of it.
fn at_home(digits: &str) -> Option<String> {
    japanese(digits).filter(|(_, used)| *used == digits.len()).map(|(number, _)| number)
}

/// Tables take `09012345678` for an amount and drop the zero; `81-90-…` lacks its plus. Only where no other reading is
/// possible: mobile numbers, 0120, and the country in front.
fn without_its_zero(digits: &str) -> Option<String> {
    if let Some(national) = digits.strip_prefix("81").filter(|rest| rest.len() >= 9) {
        return at_home(&format!("0{}", national.trim_start_matches('0')));
    }
    let mobile = digits.len() == 10 && ["70", "80", "90"].iter().any(|begin| digits.starts_with(begin));
    let free = digits.len() == 9 && digits.starts_with("120");
    (mobile || free).then(|| at_home(&format!("0{digits}"))).flatten()
}

/// `TEL:`, `携帯` and the like before a number.
fn without_label(text: &str) -> &str {
    const LABELS: [&str; 9] =
        ["携帯電話", "電話番号", "telephone", "phone", "mobile", "携帯", "電話", "tel", "自宅"];
    let rest = LABELS.iter().find_map(|label| text.strip_prefix(label)).unwrap_or(text);
    rest.trim_start_matches([':', '.', ' '])
}

/// `03-1234-5678 内線 12`, `ext. 12`, `x12`, `#12`: the same telephone to whoever calls back.
fn without_extension(text: &str) -> &str {
    let from = ["内線", "(内", "ext", "x", "#", ";"].iter().filter_map(|word| text.find(word)).min();
    from.and_then(|from| text.get(..from)).unwrap_or(text)
}

/// A mail address in any spelling: wide forms, capitals, `mailto:` and brackets around it.
pub fn mail(text: &str) -> Option<Address> {
    let text: String = text.nfkc().collect();
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    Address::parse(bare)
}

/// A name as names are compared: one width, hiragana for every kana, small letters, no blanks or dots, no title behind it,
/// the everyday form of kanji that come in two. `None` when nothing is left.
pub fn name(text: &str) -> Option<String> {
    const TITLES: [&str; 5] = ["様", "さま", "さん", "殿", "御中"];
    let mut folded: String = text.nfkc().flat_map(char::to_lowercase).filter_map(letter).take(NAME).collect();
    if let Some(bare) = TITLES.iter().find_map(|title| folded.strip_suffix(title)).filter(|b| !b.is_empty()) {
        folded = bare.to_owned();
    }
    (!folded.is_empty()).then_some(folded)
}

fn letter(c: char) -> Option<char> {
    match c {
        // The two rows stand 0x60 apart.
        'ァ'..='ヶ' => char::from_u32(u32::from(c).checked_sub(0x60)?),
        '髙' => Some('高'),
        '﨑' | '嵜' => Some('崎'),
        '邊' | '邉' => Some('辺'),
        '齋' | '斉' | '齊' => Some('斎'),
        '濵' | '濱' => Some('浜'),
        '澤' => Some('沢'),
        'ー' | '々' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
