//! A small MIME walker for BODYSTRUCTURE, ENVELOPE and BODY[…] (RFC 3501 section 7.4.2), on the bytes themselves.
//!
//! Written apart from the program's own parser, so that both cannot err in the same way. Never decodes anything.

/// One part of a mail.
#[derive(Debug)]
pub struct Part<'a> {
    /// Header with the empty line behind it.
    pub header: &'a [u8],
    pub body: &'a [u8],
    /// Parts of a multipart, or the one mail inside `message/rfc822`.
    pub children: Vec<Part<'a>>,
}

/// Splits a mail into header (with its empty line) and body.
pub fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    if raw.starts_with(b"\r\n") {
        return raw.split_at(2);
    }
    match raw.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(at) => raw.split_at(at + 4),
        None => (raw, b""),
    }
}

/// The header's fields as name and value, unfolded.
pub fn fields(header: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in String::from_utf8_lossy(header).split("\r\n").filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    fields
}

/// The first field of a name.
pub fn header(raw: &[u8], name: &str) -> Option<String> {
    fields(split(raw).0)
        .into_iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The chosen (or, with `except`, the other) fields of a header as they stand in it, with an empty line behind.
pub fn subset(header: &[u8], names: &[String], except: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut keep = false;
    for line in header.split_inclusive(|b| *b == b'\n') {
        if line == b"\r\n" {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = String::from_utf8_lossy(line.split(|b| *b == b':').next().unwrap_or_default());
            keep = names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name.trim())) != except;
        }
        if keep {
            out.extend(line);
        }
    }
    out.extend(b"\r\n");
    out
}

/// A header field with parameters: value and `(name, value)` pairs.
fn parameters(value: &str) -> (String, Vec<(String, String)>) {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut in_quotes = false;
    for character in value.chars() {
        match character {
            '"' => in_quotes = !in_quotes,
            ';' if !in_quotes => pieces.push(std::mem::take(&mut piece)),
            character => piece.push(character),
        }
    }
    pieces.push(piece);
    let main = pieces.remove(0).trim().to_owned();
    let pairs = pieces
        .iter()
        .filter_map(|piece| piece.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    (main, pairs)
}

impl<'a> Part<'a> {
    /// Reads a mail or a part.
    pub fn read(raw: &'a [u8]) -> Self {
        let (header, body) = split(raw);
        let mut part = Self { header, body, children: Vec::new() };
        let (kind, pairs) = part.content_type();
        if kind.starts_with("multipart/") {
            let boundary = pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case("boundary"));
            if let Some((_, boundary)) = boundary {
                part.children = pieces(body, boundary).into_iter().map(Self::read).collect();
            }
        } else if kind == "message/rfc822" {
            part.children = vec![Self::read(body)];
        }
        part
    }

    fn field(&self, name: &str) -> Option<String> {
        fields(self.header)
            .into_iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn content_type(&self) -> (String, Vec<(String, String)>) {
        let (kind, pairs) = parameters(&self.field("Content-Type").unwrap_or_default());
        let kind = kind.to_ascii_lowercase();
        if kind.contains('/') {
            (kind, pairs)
        } else {
            ("text/plain".to_owned(), vec![("charset".to_owned(), "us-ascii".to_owned())])
        }
    }

    fn is_multipart(&self) -> bool {
        self.content_type().0.starts_with("multipart/") && !self.children.is_empty()
    }

    /// The part that a section number means (`1.2`).
    pub fn at(&self, path: &[usize]) -> Option<&Part<'a>> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let inner = if self.is_multipart() {
            self.children.get(first.checked_sub(1)?)
        } else if let [mail] = self.children.as_slice() {
            // Inside message/rfc822 the numbers go on in the mail it holds.
            return mail.at(path);
        } else {
            (*first == 1).then_some(self)
        }?;
        if rest.is_empty() { Some(inner) } else { inner.at(rest) }
    }

    /// BODYSTRUCTURE, upper case as Gmail writes it.
    pub fn structure(&self) -> String {
        let (kind, pairs) = self.content_type();
        let (main, sub) = kind.split_once('/').unwrap_or(("text", "plain"));
        let (main, sub) = (string(&main.to_ascii_uppercase()), string(&sub.to_ascii_uppercase()));
        let list = list_of(&pairs);
        let disposition = self.field("Content-Disposition").map_or_else(
            || "NIL".to_owned(),
            |value| {
                let (word, pairs) = parameters(&value);
                format!("({} {})", string(&word.to_ascii_uppercase()), list_of(&pairs))
            },
        );
        if self.is_multipart() {
            let inside: String = self.children.iter().map(Part::structure).collect();
            return format!("({inside} {sub} {list} {disposition} NIL)");
        }
        let encoding = self.field("Content-Transfer-Encoding").unwrap_or_else(|| "7BIT".to_owned());
        let lines = self.body.iter().filter(|b| **b == b'\n').count();
        let mut out = format!(
            "({main} {sub} {list} {} {} {} {}",
            nil_or(self.field("Content-ID")),
            nil_or(self.field("Content-Description")),
            string(&encoding.to_ascii_uppercase()),
            self.body.len()
        );
        if let [mail] = self.children.as_slice() {
            out.push_str(&format!(" {} {} {lines}", envelope(mail.header), mail.structure()));
        } else if kind.starts_with("text/") {
            out.push_str(&format!(" {lines}"));
        }
        out + &format!(" NIL {disposition} NIL)")
    }
}

fn pieces<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = format!("--{boundary}");
    let mut found = Vec::new();
    let mut begin = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(mark.as_bytes()) {
            if let Some(begin) = begin {
                // The line break before a boundary belongs to it.
                found.push(&body[begin..at.max(begin + 2) - 2]);
            }
            begin = Some(at + line.len());
            if line[mark.len()..].starts_with(b"--") {
                begin = None;
                break;
            }
        }
        at += line.len();
    }
    found.extend(begin.map(|begin| &body[begin..]));
    found
}

/// An nstring that is there.
fn string(text: &str) -> String {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("{{{}}}\r\n{text}", text.len())
    }
}

fn nil_or(text: Option<String>) -> String {
    text.map_or_else(|| "NIL".to_owned(), |text| string(&text))
}

fn list_of(pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return "NIL".to_owned();
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{} {}", string(&name.to_ascii_uppercase()), string(value)))
        .collect();
    format!("({})", pairs.join(" "))
}

/// ENVELOPE.
pub fn envelope(header: &[u8]) -> String {
    let fields = fields(header);
    let field = |name: &str| {
        fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
    };
    let from = addresses(field("From"));
    let or_from = |name| match addresses(field(name)) {
        list if list == "NIL" => from.clone(),
        list => list,
    };
    format!(
        "({} {} {} {} {} {} {} {} {} {})",
        nil_or(field("Date")),
        nil_or(field("Subject")),
        from,
        or_from("Sender"),
        or_from("Reply-To"),
        addresses(field("To")),
        addresses(field("Cc")),
        addresses(field("Bcc")),
        nil_or(field("In-Reply-To")),
        nil_or(field("Message-ID"))
    )
}

fn addresses(value: Option<String>) -> String {
    let Some(value) = value else { return "NIL".to_owned() };
    let list: String = value
        .split(',')
        .filter(|one| one.contains('@'))
        .map(|one| {
            let (name, address) = match one.split_once('<') {
                Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim_end_matches(['>', ' '])),
                None => ("", one.trim()),
            };
            let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
            let name = if name.is_empty() { "NIL".to_owned() } else { string(name) };
            format!("({name} NIL {} {})", string(local), string(domain))
        })
        .collect();
    if list.is_empty() { "NIL".to_owned() } else { format!("({list})") }
}
