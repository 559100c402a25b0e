//! Whether an agent's domain stands behind an answer: what two witnesses say, weighed by the mode of the config.
//!
//! The witnesses are heard outside (`src/auth`): our own check of DKIM and DMARC, and what the receiving server wrote
//! into `Authentication-Results`. Here their words become a proof, a refusal or a wait. A witness that cannot speak is
//! never taken for one that says yes, and a proof can be made nowhere else.

use std::fmt;

/// Which witnesses an answer needs. There is no mode without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Our own check and the receiving server: both must say yes.
    Both,
    /// Our own check of DKIM, aligned by DMARC.
    Dkim,
    /// The `Authentication-Results` of the receiving server.
    Authserv,
}

impl Mode {
    /// The word in the config and in journals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Dkim => "dkim",
            Self::Authserv => "authserv",
        }
    }
}

/// A signature of the sender's domain that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The domain that signed (`d=`), aligned with the sender's.
    pub domain: String,
    /// The name of its key (`s=`).
    pub selector: String,
    /// Fields that carry a token and that the signature does not cover.
    pub open: Vec<Carrier>,
}

/// A header field in which a token may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// `To`.
    To,
    /// `Cc`.
    Cc,
    /// `In-Reply-To`.
    InReplyTo,
    /// `References`.
    References,
    /// `Delivered-To`, which a server writes on the way and no sender signs.
    DeliveredTo,
}

/// What our own check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dkim {
    /// A signature holds and its domain is aligned.
    Pass(Signed),
    /// None does.
    Fail(DkimFault),
    /// It cannot be said yet.
    Wait(NotYet),
}

/// What the receiving server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stated {
    /// `dmarc=pass` for the sender's domain, under the name that is trusted.
    Pass {
        /// The name under which it was said.
        authserv_id: String,
    },
    /// Anything else.
    Fail(StatedFault),
}

/// Why nothing can be said yet. Trying again later is all that helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotYet {
    /// No answer from DNS within the time.
    NoAnswer,
    /// DNS answered that it cannot say (SERVFAIL, REFUSED, …).
    ServerFailed,
    /// Nobody has asked yet.
    NotAsked,
    /// An earlier answer about the same case waits.
    Behind,
    /// It may have been sent from a mailbox of ours, whose copy in Sent has not been seen yet.
    NotSeen,
}

/// Why our own check says no. Of several signatures the one that came furthest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DkimFault {
    /// No signature.
    Unsigned,
    /// The header cannot be read in one way only.
    Header,
    /// A field stands twice that may stand once.
    Doubled,
    /// A signature that cannot be read, or says something twice.
    Malformed,
    /// No signature of a domain that could be aligned.
    Unaligned,
    /// `rsa-sha1`, or an algorithm we do not know.
    Algorithm,
    /// `l=`: something may have been added below.
    Length,
    /// From is not signed.
    FromUnsigned,
    /// Past its `x=`.
    Expired,
    /// Signed too long ago.
    Old,
    /// Signed in the future.
    Future,
    /// No key under that name, or one that was taken back.
    NoKey,
    /// A key that cannot be read, is too short, or is for something else.
    BadKey,
    /// A key its owner is only testing.
    Testing,
    /// The text is not the one that was signed.
    Body,
    /// The signature does not hold.
    Broken,
}

impl DkimFault {
    /// The word for logs and journals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "dkim_unsigned",
            Self::Header => "dkim_header",
            Self::Doubled => "dkim_doubled_field",
            Self::Malformed => "dkim_malformed",
            Self::Unaligned => "dkim_unaligned",
            Self::Algorithm => "dkim_algorithm",
            Self::Length => "dkim_length",
            Self::FromUnsigned => "dkim_from_unsigned",
            Self::Expired => "dkim_expired",
            Self::Old => "dkim_old",
            Self::Future => "dkim_future",
            Self::NoKey => "dkim_no_key",
            Self::BadKey => "dkim_bad_key",
            Self::Testing => "dkim_testing",
            Self::Body => "dkim_body",
            Self::Broken => "dkim_broken",
        }
    }
}

/// Why the word of the receiving server does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatedFault {
    /// No `Authentication-Results`.
    Missing,
    /// The header or the field cannot be read in one way only.
    Malformed,
    /// The topmost one is another server's.
    Stranger,
    /// It says nothing about DMARC, or says it twice.
    NoDmarc,
    /// It says something else than `pass`.
    NotPass,
    /// It speaks of another domain than the sender's.
    OtherDomain,
}

impl StatedFault {
    /// The word for logs and journals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "results_missing",
            Self::Malformed => "results_malformed",
            Self::Stranger => "results_of_a_stranger",
            Self::NoDmarc => "results_without_dmarc",
            Self::NotPass => "results_not_pass",
            Self::OtherDomain => "results_other_domain",
        }
    }
}

/// Why an answer's domain is not believed. Carries no address and may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// Our own check says no.
    Dkim(DkimFault),
    /// The receiving server does not say yes.
    Stated(StatedFault),
    /// The token stands in a field that nobody signed.
    OpenToken,
    /// DNS did not answer for so long that the answer is given up.
    NeverClear,
    /// Our own check needs the whole mail, and it is too large to be fetched whole.
    TooLarge,
}

impl Doubt {
    /// The word for logs and journals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dkim(fault) => fault.word(),
            Self::Stated(fault) => fault.word(),
            Self::OpenToken => "token_unsigned",
            Self::NeverClear => "dns_never_answered",
            Self::TooLarge => "mail_too_large",
        }
    }
}

impl Doubt {
    /// Whether nobody spoke for the mail, and nobody against it: another witness may still come.
    pub const fn is_silence(self) -> bool {
        match self {
            Self::Dkim(fault) => matches!(fault, DkimFault::Unsigned | DkimFault::Unaligned),
            Self::Stated(fault) => {
                matches!(fault, StatedFault::Missing | StatedFault::Stranger | StatedFault::NoDmarc)
            }
            Self::OpenToken | Self::NeverClear | Self::TooLarge => false,
        }
    }

    /// The same of a mail of which only a part was read: its signature cannot hold.
    pub const fn of_a_part(self) -> Self {
        match self {
            Self::Dkim(DkimFault::Body | DkimFault::Broken) => Self::TooLarge,
            Self::Dkim(_) | Self::Stated(_) | Self::OpenToken | Self::NeverClear | Self::TooLarge => self,
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// That an answer comes from where it says. For the audit trail; made by [`judge`], by [`sent_from_here`] and, for a
/// rehearsal on one machine, by [`rehearsal`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof(By);

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Dkim { mode: Mode, domain: String, selector: String },
    Both { domain: String, selector: String, authserv_id: String },
    Authserv { domain: String, authserv_id: String },
    OwnSent,
    Rehearsal,
}

impl Proof {
    /// What was proven and how, as names and values for a journal.
    pub fn words(&self) -> Vec<(&'static str, &str)> {
        match &self.0 {
            By::Dkim { mode, domain, selector } => {
                vec![("mode", mode.word()), ("domain", domain), ("selector", selector)]
            }
            By::Both { domain, selector, authserv_id } => vec![
                ("mode", Mode::Both.word()),
                ("domain", domain),
                ("selector", selector),
                ("authserv_id", authserv_id),
            ],
            By::Authserv { domain, authserv_id } => {
                vec![("mode", Mode::Authserv.word()), ("domain", domain), ("authserv_id", authserv_id)]
            }
            By::OwnSent => vec![("mode", "own_sent")],
            By::Rehearsal => vec![("mode", "rehearsal")],
        }
    }
}

/// What the witnesses come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// The domain stands behind it.
    Accepted {
        /// For the audit trail.
        proof: Proof,
        /// Fields whose token does not count, because anybody could have written it.
        open: Vec<Carrier>,
    },
    /// It does not.
    Refused(Doubt),
    /// Not to be said yet: the answer is kept and looked at again.
    Wait(NotYet),
}

impl Judgement {
    /// The proof of an accepted answer.
    pub const fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Accepted { proof, .. } => Some(proof),
            Self::Refused(_) | Self::Wait(_) => None,
        }
    }
}

/// Weighs what the witnesses say about a sender of `domain`. A witness whom the mode does not name is not asked, and
/// what it says is not heard.
pub fn judge(mode: Mode, domain: &str, dkim: Option<&Dkim>, stated: Option<&Stated>) -> Judgement {
    let stated = match stated {
        _ if mode == Mode::Dkim => None,
        None => return Judgement::Refused(Doubt::Stated(StatedFault::Missing)),
        // A no is a no, whatever the other witness will say when it can.
        Some(Stated::Fail(fault)) => return Judgement::Refused(Doubt::Stated(*fault)),
        Some(Stated::Pass { authserv_id }) => Some(authserv_id.clone()),
    };
    let signed = match dkim {
        _ if mode == Mode::Authserv => None,
        None => return Judgement::Wait(NotYet::NotAsked),
        Some(Dkim::Fail(fault)) => return Judgement::Refused(Doubt::Dkim(*fault)),
        Some(Dkim::Wait(why)) => return Judgement::Wait(*why),
        Some(Dkim::Pass(signed)) => Some(signed.clone()),
    };
    let (by, open) = match (signed, stated) {
        (Some(Signed { domain, selector, open }), Some(authserv_id)) => {
            (By::Both { domain, selector, authserv_id }, open)
        }
        (Some(Signed { domain, selector, open }), None) => (By::Dkim { mode, domain, selector }, open),
        (None, Some(authserv_id)) => (By::Authserv { domain: domain.to_owned(), authserv_id }, Vec::new()),
        (None, None) => return Judgement::Wait(NotYet::NotAsked),
    };
    Judgement::Accepted { proof: Proof(by), open }
}

/// A mail that lies in our own Sent folder: the account vouches for it.
pub fn sent_from_here() -> Judgement {
    Judgement::Accepted { proof: Proof(By::OwnSent), open: Vec::new() }
}

/// `auth = "none"`, which the config allows only where every server is this machine.
pub fn rehearsal() -> Judgement {
    Judgement::Accepted { proof: Proof(By::Rehearsal), open: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_words_in_every_mode() {
        let signed = |open| Signed { domain: "corp.test".into(), selector: "s1".into(), open };
        let yes = Dkim::Pass(signed(Vec::new()));
        let no = Dkim::Fail(DkimFault::Broken);
        let later = Dkim::Wait(NotYet::NoAnswer);
        let says = Stated::Pass { authserv_id: "mx.corp.test".into() };
        let denies = Stated::Fail(StatedFault::NotPass);
        let (broken, not_pass) = ("refused dkim_broken", "refused results_not_pass");
        let missing = "refused results_missing";
        let all = "accepted both corp.test s1 mx.corp.test";
        let (own, theirs) = ("accepted dkim corp.test s1", "accepted authserv corp.test mx.corp.test");
        for (dkim, stated, both, only_dkim, only_authserv) in [
            (Some(&yes), Some(&says), all, own, theirs),
            (Some(&yes), Some(&denies), not_pass, own, not_pass),
            (Some(&yes), None, missing, own, missing),
            (Some(&no), Some(&says), broken, broken, theirs),
            (Some(&no), Some(&denies), not_pass, broken, not_pass),
            (Some(&no), None, missing, broken, missing),
            (Some(&later), Some(&says), "wait NoAnswer", "wait NoAnswer", theirs),
            (Some(&later), Some(&denies), not_pass, "wait NoAnswer", not_pass),
            (Some(&later), None, missing, "wait NoAnswer", missing),
            (None, Some(&says), "wait NotAsked", "wait NotAsked", theirs),
            (None, Some(&denies), not_pass, "wait NotAsked", not_pass),
            (None, None, missing, "wait NotAsked", missing),
        ] {
            for (mode, expected) in
                [(Mode::Both, both), (Mode::Dkim, only_dkim), (Mode::Authserv, only_authserv)]
            {
                let said = match judge(mode, "corp.test", dkim, stated) {
                    Judgement::Accepted { proof, .. } => {
                        let values: Vec<&str> = proof.words().iter().map(|(_, value)| *value).collect();
                        format!("accepted {}", values.join(" "))
                    }
                    Judgement::Refused(doubt) => format!("refused {doubt}"),
                    Judgement::Wait(why) => format!("wait {why:?}"),
                };
                assert_eq!(said, expected, "{mode:?} {dkim:?} {stated:?}");
            }
        }
        let open = Dkim::Pass(signed(vec![Carrier::To]));
        let judged = judge(Mode::Dkim, "corp.test", Some(&open), None);
        assert!(matches!(judged, Judgement::Accepted { open, .. } if open == [Carrier::To]));
    }
}
