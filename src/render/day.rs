//! The mails about a person's day: what they did, to be confirmed; what came of their answer; the summary. Holds no
//! figures of its own: every number is handed over as words.

use super::html::{self, Look, QUIET, badge, button, card, caution, escape, lines, page, row};
use super::link::mailto;
use super::voice::Voice;
use super::{Attached, InternalMail, defang};
use crate::figures::{CASES, TIME};
use crate::report::line;
use crate::token::Token;
use crate::triage::id::Address;

/// Cases that are shown; a phone clips longer mails, and the rest is counted.
const SHOWN: usize = 60;
/// Half-width columns of a name or a topic.
const FIELD: usize = 30;
/// The name of the picture among the files.
pub const PICTURE: &str = "figures.png";

/// A case of a person's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// Its number.
    pub case: String,
    /// The customer, made harmless; may be empty.
    pub name: String,
    /// The topic, made harmless.
    pub topic: String,
    /// How long, in words.
    pub time: String,
    /// The reader has said so before.
    pub corrected: bool,
}

/// What a person is asked to confirm.
#[derive(Debug, Clone)]
pub struct DayView<'a> {
    /// The reader's language.
    pub voice: Voice,
    /// The reader.
    pub to: &'a Address,
    /// The day, in words.
    pub day: &'a str,
    /// When the summary goes out, in words.
    pub until: &'a str,
    /// How many cases.
    pub cases: &'a str,
    /// How long together.
    pub time: &'a str,
    /// The cases.
    pub worked: &'a [Worked],
    /// Lets the reader answer, and nothing else.
    pub token: &'a Token,
    /// Where answers go.
    pub desk: &'a Address,
}

/// What came of an answer.
#[derive(Debug, Clone)]
pub struct ReceiptView<'a> {
    /// The reader's language.
    pub voice: Voice,
    /// The reader.
    pub to: &'a Address,
    /// The day, in words.
    pub day: &'a str,
    /// In a few words.
    pub head: &'a str,
    /// What else there is to say.
    pub more: &'a [String],
    /// How many cases.
    pub cases: &'a str,
    /// How long together.
    pub time: &'a str,
    /// The cases.
    pub worked: &'a [Worked],
}

/// A person in the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// The name, made harmless.
    pub name: String,
    /// How many cases.
    pub cases: String,
    /// How long together.
    pub time: String,
    /// Calls that reached somebody, and calls that did not.
    pub calls: String,
    /// Whether they confirmed it.
    pub confirmed: String,
}

/// What supervisors get.
#[derive(Debug, Clone)]
pub struct SummaryView<'a> {
    /// The readers' language.
    pub voice: Voice,
    /// A reader.
    pub to: &'a Address,
    /// The day, in words.
    pub day: &'a str,
    /// That it is late, in words; empty when it is not.
    pub late: &'a str,
    /// In one sentence.
    pub lead: &'a str,
    /// Who was asked and has not confirmed, in words; empty when there is nobody.
    pub unconfirmed: &'a str,
    /// Who was not asked, in words; empty when there is nobody.
    pub unasked: &'a str,
    /// Everybody who did something, in the order of the picture.
    pub people: &'a [Somebody],
    /// Counted lists: a heading, and what was counted.
    pub counts: &'a [(String, Vec<(String, usize)>)],
    /// What changed in earlier days since they were summed up, a line each.
    pub since: &'a [String],
    /// What the picture shows, in words.
    pub picture: &'a str,
}

/// The report of a day, to be confirmed.
pub fn person(view: &DayView<'_>) -> InternalMail {
    let voice = view.voice;
    let example = view
        .worked
        .first()
        .map_or_else(String::new, |first| format!("{} C-{} 15m", voice.word_time(), first.case));
    let lead = voice.day_lead(view.cases, view.time);
    let title = voice.day_title(view.day);
    let until = voice.day_until(view.until);
    let text = format!(
        "{title}\n{lead}\n\n■ {}\n{}\n{}\n\n{}\n{}\n{}: {example}\n\n{until}\n",
        voice.table_cases(),
        as_lines(voice, view.worked),
        voice.day_rounded(),
        voice.day_how_ok(),
        voice.day_how_correct(),
        voice.day_how_lines(),
    );
    let text = format!("{}\ntoken: {}\n", defang(&text), view.token);
    let mut content =
        card("", &format!("{}<div style=\"margin:4px 0 0\">{}</div>", html::title(&title), escape(&lead)));
    content.push_str(&card(&voice.table_cases(), &as_html(voice, view.worked)));
    let ok = button(&mailto(view.token, view.desk, "OK"), &voice.button_confirm(), Look::Yes);
    content.push_str(&row(&[ok]));
    content.push_str(&card(
        "",
        &format!(
            "<div>{}</div><div style=\"margin:6px 0 0\">{}: <b>{}</b></div><div style=\"margin:6px 0 0\">{}</div>",
            escape(&voice.day_how_correct()),
            escape(&voice.day_how_lines()),
            escape(&example),
            escape(&until)
        ),
    ));
    let content = defang(&content);
    let footer = format!(
        "<div style=\"font-size:12px;color:{QUIET};padding:0 6px;overflow-wrap:anywhere\">{}<br>token: {}</div>",
        escape(&voice.day_rounded()),
        view.token
    );
    InternalMail {
        to: vec![view.to.clone()],
        subject: format!("[窓口] {}", voice.day_subject(view.day)),
        text,
        html: Some(page(voice.lang(), &format!("{content}{footer}"))),
        attachments: Vec::new(),
    }
}

/// What came of an answer to it.
pub fn receipt(view: &ReceiptView<'_>) -> InternalMail {
    let voice = view.voice;
    let lead = voice.day_lead(view.cases, view.time);
    let more = defang(&view.more.join("\n"));
    let listed = defang(&as_lines(voice, view.worked));
    let text = format!("{}\n\n{more}\n\n{}\n{lead}\n\n{listed}\n", view.head, voice.day_title(view.day));
    let head = format!("{}<div style=\"margin:6px 0 0\">{}</div>", html::title(view.head), lines(&more));
    let listed = format!("<div>{}</div>{}", escape(&lead), defang(&as_html(voice, view.worked)));
    let content = format!("{}{}", card("", &head), card(&voice.day_title(view.day), &listed));
    InternalMail {
        to: vec![view.to.clone()],
        subject: format!("Re: [窓口] {}", voice.day_subject(view.day)),
        text,
        html: Some(page(voice.lang(), &content)),
        attachments: Vec::new(),
    }
}

/// The summary of a day, with its workbook and its picture.
pub fn summary(view: &SummaryView<'_>, workbook: Attached, picture: Attached) -> InternalMail {
    let voice = view.voice;
    let title = voice.summary_title(view.day);
    let unconfirmed = (!view.unconfirmed.is_empty()).then(|| voice.summary_unconfirmed(view.unconfirmed));
    let unasked = (!view.unasked.is_empty()).then(|| voice.summary_unasked(view.unasked));
    let quiet = unconfirmed.is_none() && unasked.is_none();
    let all = quiet.then(|| voice.summary_confirmed());
    let state = unconfirmed.into_iter().chain(unasked).chain(all).collect::<Vec<_>>().join("\n");
    let mut text = format!("{title}\n{}\n", view.lead);
    let mut head = html::title(&title);
    if !view.late.is_empty() {
        text.push_str(&format!("{}\n", view.late));
        head = format!("{}{head}", badge(view.late));
    }
    head.push_str(&format!("<div style=\"margin:4px 0 0\">{}</div>", escape(view.lead)));
    let mut content = card("", &head);
    if view.people.is_empty() {
        text.push_str(&format!("\n{}\n", voice.nothing_handled()));
    } else {
        text.push_str(&format!("\n■ {}\n{state}\n", voice.col_confirmed()));
        let line = lines(&state);
        content.push_str(&if quiet {
            card(&voice.col_confirmed(), &line)
        } else {
            caution(&voice.col_confirmed(), &line)
        });
        let heads = [voice.col_person(), voice.col_handled(), voice.col_time(), voice.col_calls()];
        let heads = format!("{} {}", voice.col_number(), heads.join(voice.between()));
        text.push_str(&format!("\n■ {}\n{heads}\n", voice.table_people()));
        for (number, person) in (1_usize..).zip(view.people) {
            text.push_str(&format!("{number}. {}\n", in_words(voice, person)));
        }
        let legend = format!(
            "<div style=\"font-size:13px;color:{QUIET}\"><span style=\"color:{CASES}\">■</span> {} \
             <span style=\"color:{TIME}\">■</span> {}</div>",
            escape(&voice.legend_cases()),
            escape(&voice.legend_time())
        );
        let image = format!(
            "<img src=\"cid:{PICTURE}\" alt=\"{}\" style=\"display:block;width:100%;max-width:600px;height:auto;\
             margin:6px 0 0\">",
            escape(view.picture)
        );
        let table = people_table(voice, view.people);
        content.push_str(&card(&voice.table_people(), &format!("{table}{legend}{image}")));
    }
    if !view.since.is_empty() {
        // What is told once is told in full.
        let since = view.since.join("\n");
        text.push_str(&format!("\n■ {}\n{since}\n", voice.since_summary()));
        content.push_str(&card(&voice.since_summary(), &lines(&since)));
    }
    for (heading, counted) in view.counts.iter().filter(|(_, counted)| !counted.is_empty()) {
        text.push_str(&format!("\n■ {heading}\n"));
        let mut listed = String::new();
        for (name, count) in counted.iter().take(SHOWN) {
            let name = line::isolate(line::fit(name, FIELD));
            text.push_str(&format!("{name}: {count}\n"));
            listed.push_str(&format!("<div>{} <b>{count}</b></div>", escape(&name)));
        }
        content.push_str(&card(heading, &listed));
    }
    InternalMail {
        to: vec![view.to.clone()],
        subject: format!("[窓口] {}", voice.summary_subject(view.day)),
        text: defang(&text),
        html: Some(page(voice.lang(), &defang(&content))),
        attachments: if view.people.is_empty() { vec![workbook] } else { vec![workbook, picture] },
    }
}

fn in_words(voice: Voice, person: &Somebody) -> String {
    let Somebody { name, cases, time, calls, confirmed } = person;
    let name = line::isolate(line::fit(name, FIELD));
    format!(
        "{name}{}{} {cases}{}{} {time}{}{} {calls}{}{confirmed}",
        voice.between(),
        voice.col_handled(),
        voice.between(),
        voice.col_time(),
        voice.between(),
        voice.col_calls(),
        voice.between()
    )
}

/// Four narrow columns; whether it was confirmed stands under the name.
fn people_table(voice: Voice, people: &[Somebody]) -> String {
    let head = |text: &str, align: &str| {
        format!(
            "<th style=\"padding:4px;text-align:{align};font-size:13px;color:{QUIET};font-weight:bold\">{}</th>",
            escape(text)
        )
    };
    let mut rows = format!(
        "<tr>{}{}{}{}</tr>",
        head(&voice.col_number(), "left"),
        head(&voice.col_person(), "left"),
        head(&voice.col_handled(), "right"),
        head(&voice.col_time(), "right")
    );
    let edge = "padding:4px;border-top:1px solid #cbd2d9;vertical-align:top";
    for (number, person) in (1_usize..).zip(people.iter().take(SHOWN)) {
        rows.push_str(&format!(
            "<tr><td style=\"{edge}\">{number}</td><td style=\"{edge};overflow-wrap:anywhere\">{}\
             <div style=\"font-size:13px;color:{QUIET}\">{}{}{} {}</div></td>\
             <td style=\"{edge};text-align:right\">{}</td><td style=\"{edge};text-align:right\">{}</td></tr>",
            escape(&line::isolate(line::fit(&person.name, FIELD))),
            escape(&person.confirmed),
            voice.between(),
            escape(&voice.col_calls()),
            escape(&person.calls),
            escape(&person.cases),
            escape(&person.time)
        ));
    }
    format!(
        "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse\">{rows}</table>"
    )
}

fn as_lines(voice: Voice, worked: &[Worked]) -> String {
    if worked.is_empty() {
        return voice.nothing_handled();
    }
    let mut out: Vec<String> = worked.iter().take(SHOWN).map(|one| in_one_line(voice, one)).collect();
    out.extend(rest(worked));
    out.join("\n")
}

fn in_one_line(voice: Voice, one: &Worked) -> String {
    let mark = if one.corrected { format!(" ({})", voice.col_corrected()) } else { String::new() };
    format!("C-{} {}{mark}{}{}", one.case, one.time, voice.between(), about(voice, one))
}

fn about(voice: Voice, one: &Worked) -> String {
    let named = [&one.name, &one.topic].into_iter().filter(|text| !text.is_empty());
    named.map(|text| line::isolate(line::fit(text, FIELD))).collect::<Vec<_>>().join(voice.between())
}

fn as_html(voice: Voice, worked: &[Worked]) -> String {
    if worked.is_empty() {
        return escape(&voice.nothing_handled());
    }
    let mut out = String::new();
    for one in worked.iter().take(SHOWN) {
        let mark = if one.corrected { format!(" ({})", voice.col_corrected()) } else { String::new() };
        out.push_str(&format!(
            "<div style=\"margin:6px 0 0\">C-{} <b>{}</b>{}<br><span style=\"color:{QUIET}\">{}</span></div>",
            escape(&one.case),
            escape(&one.time),
            escape(&mark),
            escape(&about(voice, one))
        ));
    }
    if let Some(more) = rest(worked) {
        out.push_str(&format!("<div>{more}</div>"));
    }
    out
}

/// How many more there are than fit.
fn rest<T>(all: &[T]) -> Option<String> {
    let more = all.len().saturating_sub(SHOWN);
    (more > 0).then(|| format!("+{more}"))
}

#[cfg(test)]
mod tests;
