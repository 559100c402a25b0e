//! What the words of an answer come to, of both sides of a mail: a person saw the HTML side, so where there are two, they must
//! agree. Decides nothing about who may say it.

use crate::mime::{typed_html, typed_plain};
use crate::triage::approval::{DayAnswer, Unclear, Understood, reconcile, understand_day};
use crate::triage::command::Command;
use crate::triage::decide::open_to_staff;
use crate::triage::mail::{Letter, TextOrigin};

/// What is said about a day. A person saw the HTML side: where there are two, they must say the same.
pub(super) fn day_text(letter: &Letter, raw: &[u8]) -> DayAnswer {
    let plain = || understand_day(typed_plain(raw).as_deref().unwrap_or(&letter.text));
    match (letter.origin, typed_html(raw)) {
        (TextOrigin::Plain, Some(html)) => {
            let (plain, html) = (plain(), understand_day(&html));
            if plain == html { plain } else { DayAnswer::Unclear(Unclear::PartsDiffer) }
        }
        (TextOrigin::Plain, None) => plain(),
        (TextOrigin::Html, Some(html)) => understand_day(&html),
        (TextOrigin::Html | TextOrigin::Nothing, _) => understand_day(&letter.text),
    }
}

/// What the text comes to. A person saw the HTML side: where there are two, they must agree.
pub(super) fn text_of(letter: &Letter, raw: &[u8], read: impl Fn(&str) -> Understood) -> Understood {
    let plain = || read(typed_plain(raw).as_deref().unwrap_or(&letter.text));
    match (letter.origin, typed_html(raw)) {
        (TextOrigin::Plain, Some(html)) => reconcile(plain(), &read(&html)),
        (TextOrigin::Plain, None) => plain(),
        (TextOrigin::Html, Some(html)) => read(&html),
        (TextOrigin::Html | TextOrigin::Nothing, _) => read(&letter.text),
    }
}

/// Whether it is something that staff say in so many words, or nothing at all.
pub(super) fn is_for_staff(understood: &Understood) -> bool {
    match understood {
        Understood::Command(command) => open_to_staff(command),
        Understood::Unclear(_) => false,
        Understood::Empty => true,
    }
}

/// A note, the writer's own time, or a question about where the case stands: worth hearing whatever has been decided
/// meanwhile.
pub(super) fn decides_nothing(understood: &Understood) -> bool {
    let heard = |command: &Command| {
        matches!(command, Command::Note { .. } | Command::Time { .. } | Command::Status | Command::Help)
    };
    matches!(understood, Understood::Command(command) if heard(command))
}
