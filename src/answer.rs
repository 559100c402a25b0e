//! Puts the locks of an approval together: machine or person, header, agent, token, domain, text.
//!
//! The one place where an agent's answer becomes a command. It reads nothing and stores nothing: requests are
//! looked up by the caller, the domain was judged by [`crate::auth`], and whether a case still waits for the decision
//! is `decide`'s to say.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::mime::typed_html;
use crate::token::{Content, Found, Keyring, Rejected, Token, find_in};
use crate::triage::approval::{
    Carrier, Doubt, Judgement, MachineSign, NotYet, Refusal, Unclear, Understood, agreed, machine, reconcile,
    understand,
};
use crate::triage::command::Command;
use crate::triage::id::Address;
use crate::triage::mail::{Letter, TextOrigin};

/// What is known about the request a token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The draft as it was shown.
    pub content: Content,
    /// It was decided or retired: the token is used up.
    pub settled: bool,
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A machine wrote it: dropped and counted.
    Machine(MachineSign),
    /// Refused, and worth a security log: somebody may be trying.
    Alarm(Alarm),
    /// Nobody can say yet whether the domain stands behind it. Nothing is decided; it is looked at again.
    Wait {
        /// The genuine token.
        token: Token,
        /// Why.
        why: NotYet,
    },
    /// A genuine token of this agent that is used up: the agent is told who decided and when.
    Late {
        /// The agent.
        agent: Address,
        /// The used token.
        token: Token,
    },
    /// A genuine token after its hour.
    Expired {
        /// The agent.
        agent: Address,
        /// The late token.
        token: Token,
    },
    /// Nothing is done; a transcript asks.
    Ask {
        /// The agent.
        agent: Address,
        /// The request it answers, if it is known.
        token: Option<Token>,
        /// What is missing.
        why: Why,
    },
    /// Exactly one command from the agent the token was made for.
    Command {
        /// The agent.
        agent: Address,
        /// The verified token.
        token: Token,
        /// What to do.
        command: Command,
    },
}

/// Why an agent is asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// No token: it is not known which request is meant.
    NoToken,
    /// Nothing was typed.
    Empty,
    /// The text is not exactly one command.
    Unclear(Unclear),
}

impl Why {
    const WORDS: [(&'static str, Self); 18] = [
        ("no_token", Self::NoToken),
        ("empty", Self::Empty),
        ("not_a_command", Self::Unclear(Unclear::NotACommand)),
        ("question", Self::Unclear(Unclear::Question)),
        ("says_more", Self::Unclear(Unclear::SaysMore)),
        ("between_quotes", Self::Unclear(Unclear::BetweenQuotes)),
        ("encrypted", Self::Unclear(Unclear::Encrypted)),
        ("edit_empty", Self::Unclear(Unclear::EditEmpty)),
        ("edit_same_line", Self::Unclear(Unclear::EditSameLine)),
        ("edit_holds_token", Self::Unclear(Unclear::EditHoldsToken)),
        ("edit_holds_quote", Self::Unclear(Unclear::EditHoldsQuote)),
        ("hold_time", Self::Unclear(Unclear::HoldTime)),
        ("away_days", Self::Unclear(Unclear::AwayDays)),
        ("who_missing", Self::Unclear(Unclear::WhoMissing)),
        ("text_missing", Self::Unclear(Unclear::TextMissing)),
        ("class_missing", Self::Unclear(Unclear::ClassMissing)),
        ("parts_differ", Self::Unclear(Unclear::PartsDiffer)),
        ("unclear", Self::Unclear(Unclear::NotACommand)),
    ];

    /// The word kept in records.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, why)| *why == self).map_or("unclear", |(word, _)| word)
    }

    /// Reads a word of [`Why::word`]; an unknown one is "not a command".
    pub fn parse(word: &str) -> Self {
        let found = Self::WORDS.iter().find(|(known, _)| *known == word);
        found.map_or(Self::Unclear(Unclear::NotACommand), |(_, why)| *why)
    }
}

/// Why an answer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// The header plays tricks.
    Header(Refusal),
    /// Not an address of an agent.
    Stranger,
    /// Several tokens, or a damaged one.
    Tokens,
    /// A token that was not made for this agent and this draft.
    Forged,
    /// The sender's domain does not stand behind it.
    Domain(Doubt),
}

impl Alarm {
    /// The word for journals and for the operator.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Header(_) => "header",
            Self::Stranger => "stranger",
            Self::Tokens => "tokens",
            Self::Forged => "token_forged",
            Self::Domain(doubt) => doubt.word(),
        }
    }
}

/// Who may decide, with which keys, at what time.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// The agents' addresses.
    pub agents: &'a [Address],
    /// The keys of the tokens.
    pub ring: &'a Keyring,
    /// Now.
    pub now: Timestamp,
    /// Today in the desk's zone, for days without a year.
    pub today: Date,
}

/// Hears one answer. `raw` is the mail as it came (at least its header block); `judgement` says whether the sender's
/// domain stands behind it; `request` looks up what a token of [`find_in`] belongs to.
///
/// Whatever is not [`Heard::Machine`], [`Heard::Alarm`], [`Heard::Wait`] or an [`Heard::Ask`] without a token has an
/// accepted domain.
pub fn hear(
    letter: &Letter,
    raw: &[u8],
    room: Room<'_>,
    judgement: &Judgement,
    request: impl Fn(&Token) -> Option<Request>,
) -> Heard {
    if let Some(sign) = machine(letter) {
        return Heard::Machine(sign);
    }
    let agent = match agreed(letter, raw) {
        Err(refusal) => return Heard::Alarm(Alarm::Header(refusal)),
        Ok(sender) if !room.agents.contains(&sender) => return Heard::Alarm(Alarm::Stranger),
        Ok(sender) => sender,
    };
    let verified = |token: &Token| {
        let known = request(token).ok_or(Rejected::Forged)?;
        room.ring.verify(token, known.content, &agent, room.now).map(|()| known)
    };
    let found = find_in(letter);
    let token = match &found {
        Found::Nothing => return Heard::Ask { agent, token: None, why: Why::NoToken },
        Found::Broken => return Heard::Alarm(Alarm::Tokens),
        Found::Differ(tokens) => match differ(tokens, |token| verified(token).ok()) {
            Some(used) => used,
            None => return Heard::Alarm(Alarm::Tokens),
        },
        Found::One(token) => token.clone(),
    };
    let known = verified(&token);
    if known == Err(Rejected::Forged) {
        return Heard::Alarm(Alarm::Forged);
    }
    match judgement {
        Judgement::Refused(doubt) => return Heard::Alarm(Alarm::Domain(*doubt)),
        Judgement::Wait(why) => return Heard::Wait { token, why: *why },
        // What the signature does not cover anybody may have written: without it the same must be found.
        Judgement::Accepted { open, .. } if !open.is_empty() && find_in(&covered(letter, open)) != found => {
            return Heard::Alarm(Alarm::Domain(Doubt::OpenToken));
        }
        Judgement::Accepted { .. } => {}
    }
    match known {
        Err(Rejected::Forged) => return Heard::Alarm(Alarm::Forged),
        Err(Rejected::Expired) => return Heard::Expired { agent, token },
        Ok(known) if known.settled => return Heard::Late { agent, token },
        Ok(_) => {}
    }
    // A person saw the HTML side: where there are two, they must agree.
    let understood = match (letter.origin, typed_html(raw)) {
        (TextOrigin::Plain, Some(html)) => {
            reconcile(understand(&letter.text, room.today), &understand(&html, room.today))
        }
        (TextOrigin::Html, Some(html)) => understand(&html, room.today),
        (TextOrigin::Plain | TextOrigin::Html | TextOrigin::Nothing, _) => {
            understand(&letter.text, room.today)
        }
    };
    match understood {
        Understood::Command(command) => Heard::Command { agent, token, command },
        Understood::Unclear(why) => Heard::Ask { agent, token: Some(token), why: Why::Unclear(why) },
        Understood::Empty => Heard::Ask { agent, token: Some(token), why: Why::Empty },
    }
}

/// Several tokens: harmless only when all are this agent's, of one case, and one is used up (an answer to an old
/// mail of the conversation). That one.
fn differ(tokens: &[Token], known: impl Fn(&Token) -> Option<Request>) -> Option<Token> {
    let one_case = tokens.windows(2).all(|pair| match pair {
        [a, b] => a.case() == b.case(),
        _ => true,
    });
    let requests: Option<Vec<Request>> = tokens.iter().map(&known).collect();
    requests.filter(|_| one_case)?;
    tokens.iter().find(|token| known(token).is_some_and(|request| request.settled)).cloned()
}

/// The letter without the fields that nobody signed.
fn covered(letter: &Letter, open: &[Carrier]) -> Letter {
    let mut covered = letter.clone();
    for carrier in open {
        match carrier {
            Carrier::To => covered.to.clear(),
            Carrier::Cc => covered.cc.clear(),
            Carrier::InReplyTo => covered.in_reply_to.clear(),
            Carrier::References => covered.references.clear(),
            Carrier::DeliveredTo => covered.headers.retain(|(name, _)| name != "delivered-to"),
        }
    }
    covered
}
