//! Puts the locks of an approval together: machine or person, header, agent, token, domain, text.
//!
//! The one place where an agent's answer becomes a command. It reads nothing and stores nothing: requests are
//! looked up by the caller, the domain was judged by [`crate::auth`], and whether a case still waits for the decision
//! is `decide`'s to say.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::token::{Content, Found, Keyring, Rejected, Right, Token, find_in};
use crate::triage::approval::{
    Carrier, DayAnswer, Doubt, Judgement, MachineSign, NotYet, Refusal, Unclear, Understood, about_call,
    agreed, is_away, machine, remark, understand,
};
use crate::triage::command::Command;
use crate::triage::complaint::Piece;
use crate::triage::id::Address;
use crate::triage::mail::Letter;

mod words;

use words::{day_text, decides_nothing, is_for_staff, text_of};

/// What is known about the request a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The draft as it was shown; `None`: nothing was asked about this revision but a complaint.
    pub content: Option<Content>,
    /// How many questions of colleagues a token may be about.
    pub checks: u32,
    /// What tokens about the case's complaint may be bound to.
    pub pieces: Vec<Piece>,
    /// It was decided or retired: the token is used up.
    pub settled: bool,
    /// It is about the figures of a person's day, and about no case.
    pub day: bool,
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A machine wrote it: dropped and counted.
    Machine(MachineSign),
    /// An agent's mail program says that the agent is away; domain and token are genuine. Decides nothing.
    Away {
        /// The agent.
        agent: Address,
        /// The verified token.
        token: Token,
    },
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
    /// A command, or a token too old, about one piece of a complaint.
    Complaint {
        /// Who.
        agent: Address,
        /// The genuine token.
        token: Token,
        /// What it is good for.
        piece: Piece,
        /// What to do; `None`: the token is too old.
        command: Option<Command>,
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
    /// What the person says about the figures of their day, in time or not: how long a day stays open is the desk's to say.
    /// Decides about no case.
    Day {
        /// The person.
        agent: Address,
        /// The verified token.
        token: Token,
        /// What they say.
        answer: DayAnswer,
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
    const WORDS: [(&'static str, Self); 27] = [
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
        ("delegate_time", Self::Unclear(Unclear::DelegateTime)),
        ("spent_time", Self::Unclear(Unclear::SpentTime)),
        ("away_days", Self::Unclear(Unclear::AwayDays)),
        ("who_missing", Self::Unclear(Unclear::WhoMissing)),
        ("text_missing", Self::Unclear(Unclear::TextMissing)),
        ("class_missing", Self::Unclear(Unclear::ClassMissing)),
        ("queue_missing", Self::Unclear(Unclear::QueueMissing)),
        ("priority_missing", Self::Unclear(Unclear::PriorityMissing)),
        ("hand_over_missing", Self::Unclear(Unclear::HandOverMissing)),
        ("not_for_call", Self::Unclear(Unclear::NotForCall)),
        ("field_lines", Self::Unclear(Unclear::FieldLines)),
        ("task_line", Self::Unclear(Unclear::TaskLine)),
        ("parts_differ", Self::Unclear(Unclear::PartsDiffer)),
        ("too_long", Self::Unclear(Unclear::TooLong)),
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
    /// Who may answer: people, and the staff of shops.
    pub agents: &'a [Address],
    /// Staff of shops who are no colleagues: what they write in their own words is a note.
    pub staff: &'a [Address],
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
    let verified = |token: &Token, agent: &Address| {
        let known = request(token).ok_or(Rejected::Forged)?;
        let content = known.content.ok_or(Rejected::Forged)?;
        room.ring.right(token, content, known.checks, agent, room.now).map(|right| (right, known))
    };
    if let Some(sign) = machine(letter) {
        let away = is_away(letter).then(|| agreed(letter, raw).ok()).flatten();
        let agent = away.filter(|agent| room.agents.contains(agent) && signs_all(letter, judgement));
        let token = find_in(letter).tokens();
        return match (agent, token.as_slice()) {
            (Some(agent), [token])
                if verified(token, &agent).is_ok()
                    || request(token).is_some_and(|known| {
                        piece_of(&known, token, &agent, room.ring, room.now).is_some()
                    }) =>
            {
                Heard::Away { agent, token: token.clone() }
            }
            _ => Heard::Machine(sign),
        };
    }
    let agent = match agreed(letter, raw) {
        Err(refusal) => return Heard::Alarm(Alarm::Header(refusal)),
        Ok(sender) if !room.agents.contains(&sender) => return Heard::Alarm(Alarm::Stranger),
        Ok(sender) => sender,
    };
    let found = find_in(letter);
    let token = match &found {
        Found::Nothing => return Heard::Ask { agent, token: None, why: Why::NoToken },
        Found::Broken => return Heard::Alarm(Alarm::Tokens),
        Found::Differ(tokens) => {
            match differ(tokens, |token| verified(token, &agent).ok().map(|(_, known)| known)) {
                Some(used) => used,
                None => return Heard::Alarm(Alarm::Tokens),
            }
        }
        Found::One(token) => token.clone(),
    };
    let known = verified(&token, &agent);
    let piece = request(&token).and_then(|known| piece_of(&known, &token, &agent, room.ring, room.now));
    if known == Err(Rejected::Forged) && piece.is_none() {
        return Heard::Alarm(Alarm::Forged);
    }
    match judgement {
        Judgement::Refused(doubt) => return Heard::Alarm(Alarm::Domain(*doubt)),
        Judgement::Wait(why) => return Heard::Wait { token, why: *why },
        Judgement::Accepted { .. } if !signs_all(letter, judgement) => {
            return Heard::Alarm(Alarm::Domain(Doubt::OpenToken));
        }
        Judgement::Accepted { .. } => {}
    }
    let of_day = request(&token).is_some_and(|known| known.day);
    if let Some(command) = own_time(letter, raw, room, &agent).filter(|_| !of_day) {
        return Heard::Command { agent, token, command };
    }
    if let Some((piece, fresh)) = piece {
        return about_complaint(letter, raw, room, agent, token, piece, fresh);
    }
    if known == Err(Rejected::Forged) {
        return Heard::Alarm(Alarm::Forged);
    }
    if of_day {
        return Heard::Day { agent, token, answer: day_text(letter, raw) };
    }
    let Ok((right, known)) = known else { return Heard::Expired { agent, token } };
    // A word of a colleague decides nothing, so it is worth keeping when all is decided; so is a shop's.
    let understood = match right {
        Right::Remark(_) => text_of(letter, raw, remark),
        // A long call may go on while the case moves: its mail is never used up by a decision.
        Right::Call => text_of(letter, raw, |text| about_call(text, room.today)),
        Right::Decide => {
            let understood = text_of(letter, raw, |text| understand(text, room.today));
            if room.staff.contains(&agent) && !is_for_staff(&understood) {
                text_of(letter, raw, remark)
            } else if known.settled && !decides_nothing(&understood) {
                return Heard::Late { agent, token };
            } else {
                understood
            }
        }
    };
    match understood {
        Understood::Command(command) => {
            let check = match right {
                Right::Remark(check) => check,
                Right::Decide | Right::Call => None,
            };
            let command = command.by_token(token.expires(), check);
            Heard::Command { agent, token, command }
        }
        Understood::Unclear(why) => Heard::Ask { agent, token: Some(token), why: Why::Unclear(why) },
        Understood::Empty => Heard::Ask { agent, token: Some(token), why: Why::Empty },
    }
}

/// What people of the house say about their own time is true whatever mail about the case they answer, and at whatever hour: of
/// them it is heard before it matters what the token is good for. Contacts and shops keep no time here.
fn own_time(letter: &Letter, raw: &[u8], room: Room<'_>, agent: &Address) -> Option<Command> {
    if room.staff.contains(agent) {
        return None;
    }
    match text_of(letter, raw, |text| understand(text, room.today)) {
        Understood::Command(command @ Command::Time { .. }) => Some(command),
        Understood::Command(_) | Understood::Unclear(_) | Understood::Empty => None,
    }
}

/// The piece of a complaint that a token was made for, and whether it is in time. Of a stranger's or of no such token: nothing.
pub fn piece_of(
    known: &Request,
    token: &Token,
    agent: &Address,
    ring: &Keyring,
    now: Timestamp,
) -> Option<(Piece, bool)> {
    known.pieces.iter().find_map(|piece| {
        let content = Content::of_complaint(&piece.bound());
        match ring.verify(token, content, agent, now) {
            Ok(()) => Some((*piece, true)),
            Err(Rejected::Expired) => Some((*piece, false)),
            Err(Rejected::Forged) => None,
        }
    })
}

/// An answer to a mail about a complaint. Whoever is no colleague may write in their own words: a note.
fn about_complaint(
    letter: &Letter,
    raw: &[u8],
    room: Room<'_>,
    agent: Address,
    token: Token,
    piece: Piece,
    fresh: bool,
) -> Heard {
    if !fresh {
        return Heard::Complaint { agent, token, piece, command: None };
    }
    let mut understood = text_of(letter, raw, |text| understand(text, room.today));
    if room.staff.contains(&agent) && understood == Understood::Unclear(Unclear::NotACommand) {
        understood = text_of(letter, raw, remark);
    }
    match understood {
        Understood::Command(command) => Heard::Complaint { agent, token, piece, command: Some(command) },
        Understood::Unclear(why) => Heard::Ask { agent, token: Some(token), why: Why::Unclear(why) },
        Understood::Empty => Heard::Ask { agent, token: Some(token), why: Why::Empty },
    }
}

/// Whether the domain stands behind the letter and behind the token in it. What a signature does not cover anybody may have
/// written: without it the same must be found.
fn signs_all(letter: &Letter, judgement: &Judgement) -> bool {
    match judgement {
        Judgement::Accepted { open, .. } => {
            open.is_empty() || find_in(&covered(letter, open)) == find_in(letter)
        }
        Judgement::Refused(_) | Judgement::Wait(_) => false,
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
