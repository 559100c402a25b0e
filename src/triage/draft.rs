//! A draft: exactly what one revision of an answer says, to whom. Never changed, only followed by the next.

use super::id::{Address, Revision};

/// One revision of an answer to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Which version of the case's answer this is.
    pub revision: Revision,
    /// The customer's address, read from the body of the form, never the form robot's.
    pub to: Address,
    /// Subject on one line.
    pub subject: String,
    /// Plain text, LF line ends.
    pub body: String,
    /// Who wrote it.
    pub author: Author,
    /// An edit that changed so much that two people must approve it.
    pub large: bool,
    /// Characters that edits have changed one after another: small steps count like one large one.
    pub edited: usize,
    /// Who has approved it already, where two people must.
    pub approved: Option<Address>,
}

/// Who wrote a draft's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A template, by name.
    Template(String),
    /// An agent, by address, through `修正`.
    Agent(Address),
}

/// Turns a template into subject and body. Pure: the templates are already loaded. Implemented outside the core.
pub trait Compose {
    /// Renders a template in a language (`ja`, `en`, …) or, where there is none, in the default one. An unresolved variable is a fault, never an empty place in a customer's mail.
    ///
    /// # Errors
    /// A sentence for the agent: which template, which variable, what to do.
    fn compose(&self, template: &str, lang: &str, values: &Values) -> Result<Composed, String>;
}

/// Subject and body of a rendered template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// One line.
    pub subject: String,
    /// Plain text, LF line ends.
    pub body: String,
}

/// What a template may refer to, by variable name. Absent keys are unresolved; empty strings do not occur.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(pub std::collections::BTreeMap<&'static str, String>);

impl Values {
    /// Adds a value unless it is blank: a blank value counts as missing.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.0.insert(name, value);
        }
    }
}
