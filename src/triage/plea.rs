//! Who else a mail is about, and what it demands: the kinds that are told apart. Nothing here reads.

/// The part that somebody besides the writer plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// Comes along: more than one place is wanted.
    Along,
    /// The writer asks for them: name and age in the mail may be theirs.
    Behalf,
}

impl Other {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Along => "along",
            Self::Behalf => "behalf",
        }
    }
}

/// Something that a dissatisfied writer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Demand {
    /// Money back.
    Refund,
    /// Another one instead.
    Replacement,
    /// To have it mended, or data brought back.
    Repair,
    /// To be told why.
    Explanation,
    /// To be told that we are sorry.
    Apology,
    /// Damages.
    Compensation,
    /// To hear from somebody in charge.
    Supervisor,
    /// The end of a contract or an order.
    Termination,
}

impl Demand {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Refund,
        Self::Replacement,
        Self::Repair,
        Self::Explanation,
        Self::Apology,
        Self::Compensation,
        Self::Supervisor,
        Self::Termination,
    ];

    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Replacement => "replacement",
            Self::Repair => "repair",
            Self::Explanation => "explanation",
            Self::Apology => "apology",
            Self::Compensation => "compensation",
            Self::Supervisor => "supervisor",
            Self::Termination => "termination",
        }
    }
}
