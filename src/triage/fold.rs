//! One spelling for matching: width, kana, circled digits, dashes, tildes, spaces and ASCII case are unified.
//!
//! Patterns are written once, in plain lower-case text, and still match what people type. A [`Folded`] keeps the
//! way back, so that whatever was matched is shown as it stands in the mail. The table is our own because the
//! general normalisation (NFKC, Unicode Annex 15) loses what we need (① would become a bare 1 that runs into the
//! date behind it) and is slow; NFKC is asked only for the rare characters the table leaves to it. Nothing here
//! knows what the text means.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

use super::verdict::Span;

/// Text in its folded spelling, with a map back to the original.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    text: String,
    /// Where folded and original run apart, in order; between two of them both run in step.
    joints: Vec<Joint>,
}

/// A cluster of the original whose folded form has other inner boundaries. Half-open byte ranges on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Joint {
    folded: Span,
    original: Span,
}

/// What becomes of one character.
enum Fold {
    Same,
    One(char),
    Text(&'static str),
    /// A circled or keycap number: `(7)`.
    Circled(u32),
    Gone,
    /// Joins the character before it where Unicode has the joined one; else stands as given.
    Mark {
        mark: char,
        alone: char,
    },
    Nfkc,
}

impl Folded {
    /// Folds a text. Linear in its length; text that is already plain is copied in one piece.
    pub fn new(original: &str) -> Self {
        let out = Self { text: String::with_capacity(original.len()), joints: Vec::new() };
        let mut writer = Writer { original, out, run: 0, last: Span::default() };
        let mut at = 0;
        while let Some(rest) = original.get(at..) {
            at += plain(rest.as_bytes());
            let Some(c) = original.get(at..).and_then(|rest| rest.chars().next()) else { break };
            let mut end = at + c.len_utf8();
            let mut fold = fold(c);
            if c.is_ascii_digit() {
                if let Some(to) = keycap(original, end) {
                    (end, fold) = (to, Fold::Circled(u32::from(c) - u32::from('0')));
                }
            } else if matches!(c, 'ー' | 'ｰ') && writer.ends_with_digit(at) {
                fold = Fold::One('-');
            }
            writer.put(Span { start: at, end }, c, fold);
            at = end;
        }
        writer.flush(original.len());
        writer.out
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The part of the original that a span of the folded text was made from. A cluster is never split: half of a
    /// folded `(1)` yields the whole ①. Spans past the end or inside a character are widened to whole characters.
    pub fn original(&self, span: Span) -> Span {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.ceil_char_boundary(span.end.max(start));
        let from = map_start(&self.joints, start, |joint| (joint.folded, joint.original));
        if start == end {
            return Span { start: from, end: from };
        }
        Span { start: from, end: map_end(&self.joints, end, |joint| (joint.folded, joint.original)) }
    }

    /// The part of the folded text made from a span of the original: the inverse of [`Folded::original`], widened
    /// to whole clusters in the same way.
    pub fn folded(&self, span: Span) -> Span {
        let from = map_start(&self.joints, span.start, |joint| (joint.original, joint.folded));
        let to = map_end(&self.joints, span.end.max(span.start), |joint| (joint.original, joint.folded));
        let start = self.text.floor_char_boundary(from);
        let end = self.text.ceil_char_boundary(to.max(start));
        Span { start, end: if span.start >= span.end { start } else { end } }
    }
}

/// Maps the first byte of a span; `sides` says which side of a joint is known and which is sought.
fn map_start(joints: &[Joint], at: usize, sides: impl Fn(&Joint) -> (Span, Span)) -> usize {
    let before = joints.partition_point(|joint| sides(joint).0.start <= at);
    let Some(joint) = before.checked_sub(1).and_then(|index| joints.get(index)) else {
        return at;
    };
    let (known, sought) = sides(joint);
    if at < known.end { sought.start } else { sought.end + (at - known.end) }
}

/// Maps one past the last byte of a span.
fn map_end(joints: &[Joint], at: usize, sides: impl Fn(&Joint) -> (Span, Span)) -> usize {
    let before = joints.partition_point(|joint| sides(joint).0.start < at);
    let Some(joint) = before.checked_sub(1).and_then(|index| joints.get(index)) else {
        return at;
    };
    let (known, sought) = sides(joint);
    if at <= known.end { sought.end } else { sought.end + (at - known.end) }
}

/// The folded text under construction. Characters that stay as they are gather in a run and are copied at once.
struct Writer<'a> {
    original: &'a str,
    out: Folded,
    /// Start of the run not yet copied.
    run: usize,
    /// The original cluster written last; what stands in the run was written later.
    last: Span,
}

impl Writer<'_> {
    fn flush(&mut self, to: usize) {
        self.out.text.push_str(self.original.get(self.run..to).unwrap_or_default());
        self.run = to;
    }

    fn ends_with_digit(&self, at: usize) -> bool {
        let pending = self.original.get(self.run..at).unwrap_or_default();
        let tail = if pending.is_empty() { &self.out.text } else { pending };
        tail.as_bytes().last().is_some_and(u8::is_ascii_digit)
    }

    fn put(&mut self, place: Span, c: char, fold: Fold) {
        match fold {
            Fold::Same => {}
            Fold::One(to) => self.write_one(place, c, to),
            Fold::Text(to) => self.write(place, to),
            Fold::Circled(number) => self.write(place, &format!("({number})")),
            Fold::Gone => self.write(place, ""),
            Fold::Mark { mark, alone } => self.join(place, mark, alone),
            Fold::Nfkc => {
                let normal: String = c.nfkc().flat_map(char::to_lowercase).collect();
                self.write(place, &normal);
            }
        }
    }

    /// One character becomes another: the common case.
    fn write_one(&mut self, place: Span, c: char, to: char) {
        self.flush(place.start);
        let start = self.out.text.len();
        self.out.text.push(to);
        self.run = place.end;
        self.last = place;
        if to.len_utf8() != c.len_utf8() {
            self.out.joints.push(Joint { folded: Span { start, end: self.out.text.len() }, original: place });
        }
    }

    fn write(&mut self, place: Span, to: &str) {
        self.flush(place.start);
        let start = self.out.text.len();
        self.out.text.push_str(to);
        self.run = place.end;
        if !to.is_empty() {
            self.last = place;
        }
        let many = to.chars().nth(1).is_some()
            || self.original.get(place.start..place.end).is_some_and(|c| c.chars().nth(1).is_some());
        if to.len() != place.end - place.start || many {
            self.out.joints.push(Joint { folded: Span { start, end: self.out.text.len() }, original: place });
        }
    }

    fn join(&mut self, place: Span, mark: char, alone: char) {
        let mut buffer = [0; 4];
        if let Some(c) = self.original.get(self.run..place.start).and_then(|run| run.chars().next_back()) {
            self.last = Span { start: place.start - c.len_utf8(), end: place.start };
        }
        self.flush(place.start);
        let joined = (self.last.end == place.start).then(|| self.out.text.chars().next_back()).flatten();
        let Some((base, joined)) = joined.and_then(|base| Some((base, compose(base, mark)?))) else {
            return self.write(place, alone.encode_utf8(&mut buffer));
        };
        let start = self.out.text.len() - base.len_utf8();
        // A base that came out of a longer cluster stays where it is; only single characters are joined.
        if let Some(joint) = self.out.joints.last().copied().filter(|joint| joint.original == self.last) {
            if joint.folded.start != start {
                return self.write(place, alone.encode_utf8(&mut buffer));
            }
            self.out.joints.pop();
        }
        self.out.text.truncate(start);
        self.out.text.push_str(joined.encode_utf8(&mut buffer));
        self.run = place.end;
        self.last.end = place.end;
        self.out.joints.push(Joint { folded: Span { start, end: self.out.text.len() }, original: self.last });
    }
}

/// A digit followed by U+20E3 (with or without a variation selector) is a keycap: where it ends.
fn keycap(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let after = rest.strip_prefix('\u{fe0f}').unwrap_or(rest).strip_prefix('\u{20e3}')?;
    Some(text.len() - after.len())
}

/// How many bytes at the start stay as they are for sure, in whole characters: lower-case letters and signs of
/// ASCII, kana, kanji and Japanese punctuation, as [`fold`] has them. What needs a second look ends the run.
fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    // Behind what was looked at before, too: only the writer knows how that was written.
    let mut digit = true;
    loop {
        (rest, digit) = match rest {
            // The keycap behind a figure.
            [b'0'..=b'9', 0xe2 | 0xef, ..] | [b'A'..=b'Z' | b'\t', ..] => break,
            [b'0'..=b'9', after @ ..] => (after, true),
            [0..=0x7f, after @ ..] => (after, false),
            // U+4000 to U+9FFF.
            [0xe4..=0xe9, _, _, after @ ..] => (after, false),
            // Voice marks, and ー that is a dash behind a figure.
            [0xe3, 0x82, 0x99 | 0x9a, ..] => break,
            [0xe3, 0x83, 0xbc, ..] if digit => break,
            // U+3040 to U+30FF.
            [0xe3, 0x81..=0x83, _, after @ ..] => (after, false),
            // Wide blank and two tildes among U+3000 to U+303F.
            [0xe3, 0x80, 0x80 | 0x9c | 0xb0, ..] => break,
            [0xe3, 0x80, _, after @ ..] => (after, false),
            _ => break,
        };
    }
    bytes.len() - rest.len()
}

/// Half-width forms U+FF61 to U+FF9D in their order.
const HALF_WIDTH: [char; 61] = [
    '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア',
    'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ',
    'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ',
    'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン',
];

/// The table. Everyday kana and kanji come first because they are most of the mail.
fn fold(c: char) -> Fold {
    let code = u32::from(c);
    match c {
        'A'..='Z' => Fold::One(c.to_ascii_lowercase()),
        '\t' => Fold::One(' '),
        '\0'..='\u{7f}' | 'ぁ'..='ゖ' | 'ァ'..='ヿ' | '一'..='\u{9fff}' => Fold::Same,
        '！'..='～' => match c {
            '～' => Fold::One('~'),
            _ => char::from_u32(code - 0xfee0)
                .map_or(Fold::Same, |ascii| Fold::One(ascii.to_ascii_lowercase())),
        },
        '\u{ff61}'..='\u{ff9d}' => {
            let index = usize::try_from(code - 0xff61).unwrap_or_default();
            HALF_WIDTH.get(index).map_or(Fold::Same, |&wide| Fold::One(wide))
        }
        '\u{ff9e}' => Fold::Mark { mark: '\u{3099}', alone: '゛' },
        '\u{ff9f}' => Fold::Mark { mark: '\u{309a}', alone: '゜' },
        '\u{3099}' | '\u{309a}' | '\u{300}'..='\u{36f}' => Fold::Mark { mark: c, alone: c },
        // Spaces of every width.
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Fold::One(' '),
        // Seen by nobody: soft hyphen, zero-width, directions, variation selectors.
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' => Fold::Gone,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}' => Fold::Gone,
        '‐'..='―' | '−' | '─' | '━' | '﹘' | '﹣' | '⁻' => Fold::One('-'),
        '〜' | '〰' | '∼' | '∾' | '˜' => Fold::One('~'),
        '∶' | '﹕' | '꞉' => Fold::One(':'),
        '⁄' | '∕' | '╱' => Fold::One('/'),
        '·' | '•' | '‧' | '∙' | '⋅' => Fold::One('・'),
        '‘' | '’' | '‛' | '′' | 'ʼ' => Fold::One('\''),
        '“' | '”' | '‟' | '″' => Fold::One('"'),
        '①'..='⑳' => Fold::Circled(code - 0x245f),
        '❶'..='❿' => Fold::Circled(code - 0x2775),
        '➀'..='➉' => Fold::Circled(code - 0x277f),
        '➊'..='➓' => Fold::Circled(code - 0x2789),
        '⓵'..='⓾' => Fold::Circled(code - 0x24f4),
        '㉑'..='㉟' => Fold::Circled(code - 0x323c),
        '🔟' => Fold::Circled(10),
        'À'..='ɏ' => lower(c),
        // Radicals that text copied out of a PDF carries instead of the kanji; NFKC does not know them.
        '\u{2e80}'..='\u{2eff}' => radical(c),
        '…' => Fold::Text("..."),
        // Superscripts, letterlike, numbers (fractions stay: "1½" must not become 11/2), Kangxi radicals,
        // squared words, compatibility kanji, small and vertical forms, the rest of the width forms, ligatures,
        // mathematical and enclosed letters.
        '²' | '³' | '¹' | '\u{2070}'..='\u{214f}' | '\u{2160}'..='\u{2188}' | '\u{2474}'..='\u{24f4}' => {
            Fold::Nfkc
        }
        '\u{2f00}'..='\u{2fdf}'
        | '\u{3200}'..='\u{33ff}'
        | '\u{f900}'..='\u{fb4f}'
        | '\u{fe30}'..='\u{fe6f}' => Fold::Nfkc,
        '\u{ff00}'..='\u{ffef}'
        | '\u{1d400}'..='\u{1d7ff}'
        | '\u{1f100}'..='\u{1f2ff}'
        | '\u{2f800}'..='\u{2fa1f}' => Fold::Nfkc,
        _ => Fold::Same,
    }
}

/// Letters with marks in lower case where that is one letter (İ is two and stays).
fn lower(c: char) -> Fold {
    let mut low = c.to_lowercase();
    match (low.next(), low.next()) {
        (Some(to), None) if to != c => Fold::One(to),
        (_, _) => Fold::Same,
    }
}

fn radical(c: char) -> Fold {
    let kanji = match c {
        '⺟' => '母',
        '⺠' => '民',
        '⺼' => '月',
        '⻄' => '西',
        '⻑' => '長',
        '⻘' => '青',
        '⻝' => '食',
        '⻣' => '骨',
        '⻤' => '鬼',
        '⻨' => '麦',
        '⻩' => '黄',
        '⻫' => '斉',
        '⻭' => '歯',
        '⻲' => '亀',
        _ => return Fold::Nfkc,
    };
    Fold::One(kanji)
}

#[cfg(test)]
mod tests;
