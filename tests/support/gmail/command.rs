//! Reading what a client says: one command with its literals, as a tag, a verb and arguments (RFC 3501 section 9).
//!
//! Literals without a pause are taken up to 4096 bytes only: Gmail announces LITERAL- (RFC 7888), not LITERAL+.
//! Never acts on anything.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// An atom, with `BODY[…]<0.9>` as one.
    Atom(String),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    List(Vec<Arg>),
}

impl Arg {
    /// An atom or a string, as text.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Atom(atom) => Some(atom.clone()),
            Self::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::List(_) => None,
        }
    }

    /// An atom or a string in upper case, for comparing.
    pub fn word(&self) -> String {
        self.text().unwrap_or_default().to_ascii_uppercase()
    }

    /// The members of a list, or the argument alone.
    pub fn members(&self) -> Vec<Self> {
        match self {
            Self::List(list) => list.clone(),
            Self::Atom(_) | Self::Text(_) => vec![self.clone()],
        }
    }
}

/// One command.
#[derive(Debug)]
pub struct Command {
    pub tag: String,
    /// In upper case; `UID FETCH` is one verb.
    pub verb: String,
    pub args: Vec<Arg>,
    /// As it was written, without the tag; literals as `{n}`.
    pub line: String,
    /// A literal without a pause was longer than allowed.
    pub too_long: bool,
}

enum Piece {
    Line(Vec<u8>),
    Literal(Vec<u8>),
}

/// Reads the rest of a command whose first line is there already. `None`: not to be understood.
pub async fn read<S>(stream: &mut S, first: Vec<u8>) -> io::Result<Option<Command>>
where
    S: AsyncBufRead + AsyncWriteExt + Unpin,
{
    let mut pieces = Vec::new();
    let mut line = first;
    let mut too_long = false;
    loop {
        while line.ends_with(b"\n") || line.ends_with(b"\r") {
            line.pop();
        }
        let Some((size, pause)) = announced(&line) else {
            pieces.push(Piece::Line(line));
            break;
        };
        too_long |= !pause && size > 4096;
        if pause {
            stream.write_all(b"+ go ahead\r\n").await?;
            stream.flush().await?;
        }
        let mut literal = vec![0; size];
        stream.read_exact(&mut literal).await?;
        let at = line.iter().rposition(|b| *b == b'{').unwrap_or(line.len());
        line.truncate(at);
        pieces.push(Piece::Line(std::mem::take(&mut line)));
        pieces.push(Piece::Literal(literal));
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(parse(&pieces).map(|command| Command { too_long, ..command }))
}

/// The `{123}` or `{123+}` at the end of a line: size, and whether the client waits.
fn announced(line: &[u8]) -> Option<(usize, bool)> {
    let inside = line.strip_suffix(b"}")?;
    let at = inside.iter().rposition(|b| *b == b'{')?;
    let digits = std::str::from_utf8(inside.get(at + 1..)?).ok()?;
    match digits.strip_suffix('+') {
        Some(digits) => Some((digits.parse().ok()?, false)),
        None => Some((digits.parse().ok()?, true)),
    }
}

fn parse(pieces: &[Piece]) -> Option<Command> {
    let mut line = String::new();
    let mut tokens: Vec<Token> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Line(bytes) => {
                line.push_str(&String::from_utf8_lossy(bytes));
                tokenize(bytes, &mut tokens)?;
            }
            Piece::Literal(bytes) => {
                line.push_str(&format!("{{{}}}", bytes.len()));
                tokens.push(Token::Arg(Arg::Text(bytes.clone())));
            }
        }
    }
    let mut stack = vec![Vec::new()];
    for token in tokens {
        match token {
            Token::Open => stack.push(Vec::new()),
            Token::Close => {
                let list = stack.pop()?;
                stack.last_mut()?.push(Arg::List(list));
            }
            Token::Arg(arg) => stack.last_mut()?.push(arg),
        }
    }
    let args = stack.pop()?;
    if !stack.is_empty() {
        return None;
    }
    let mut args = args.into_iter();
    let tag = args.next()?.text()?;
    let mut verb = args.next()?.word();
    if verb == "UID" {
        verb = format!("UID {}", args.next()?.word());
    }
    let line = line.split_once(' ').map_or("", |(_, rest)| rest).to_owned();
    Some(Command { tag, verb, args: args.collect(), line, too_long: false })
}

enum Token {
    Open,
    Close,
    Arg(Arg),
}

fn tokenize(bytes: &[u8], tokens: &mut Vec<Token>) -> Option<()> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b' ' => {}
            b'(' => tokens.push(Token::Open),
            b')' => tokens.push(Token::Close),
            b'"' => {
                let mut text = Vec::new();
                loop {
                    match bytes.get(at)? {
                        b'"' => break,
                        b'\\' => {
                            at += 1;
                            text.push(*bytes.get(at)?);
                        }
                        byte => text.push(*byte),
                    }
                    at += 1;
                }
                at += 1;
                tokens.push(Token::Arg(Arg::Text(text)));
            }
            _ => {
                let begin = at - 1;
                let mut depth = usize::from(*byte == b'[');
                while let Some(byte) = bytes.get(at) {
                    match byte {
                        b'[' => depth += 1,
                        b']' => depth = depth.saturating_sub(1),
                        b' ' | b'(' | b')' | b'"' if depth == 0 => break,
                        _ => {}
                    }
                    at += 1;
                }
                let atom = String::from_utf8_lossy(&bytes[begin..at]).into_owned();
                tokens.push(Token::Arg(Arg::Atom(atom)));
            }
        }
    }
    Some(())
}

/// A set of numbers: `1:5,9,12:*`, where `*` is the largest there is.
pub fn set(text: &str, largest: u32) -> Option<Vec<(u32, u32)>> {
    let number = |text: &str| match text {
        "*" => Some(largest),
        text => text.parse().ok().filter(|number| *number > 0),
    };
    text.split(',')
        .map(|part| {
            let (from, to) = part.split_once(':').unwrap_or((part, part));
            let (from, to) = (number(from)?, number(to)?);
            Some((from.min(to), from.max(to)))
        })
        .collect()
}

/// Whether a number is in a set.
pub fn contains(set: &[(u32, u32)], number: u32) -> bool {
    set.iter().any(|(from, to)| (*from..=*to).contains(&number))
}
