//! `[reply]`, `[report.night]`, `[store]`, `[control]`, `[log]`, `[limits]`: how the work is done and kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Time;

use super::section::{Problem, Section};
use super::value;
use crate::triage::id::Address;
use crate::triage::people::{Person, Position};

/// `[reply]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// How long a mail from the same address belongs to the same case without saying so.
    pub window: Duration,
    /// How long a shop may take before the case comes back.
    pub shop_deadline: Duration,
    /// How long a case may wait for its first answer.
    pub draft_deadline: Duration,
    /// Whether every template must carry a word of apology.
    pub apology_required: bool,
    /// What `{{ apology }}` says.
    pub apology: String,
    /// Words that count as an apology in a template, compared without regard to case.
    pub apology_phrases: Vec<String>,
}

/// `[report.night]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NightReport {
    /// Whether it is made at all.
    pub enabled: bool,
    /// When, wall time of the desk's zone.
    pub at: Time,
    /// Who gets it; never empty while enabled.
    pub to: Vec<Address>,
    /// Display name it comes from.
    pub from_name: String,
    /// Name of the shift, part of the report's identity.
    pub shift: String,
}

/// `[store]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Which engine.
    pub engine: Engine,
    /// Its folder.
    pub dir: PathBuf,
}

/// Which store engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, with a journal beside it.
    Sled,
}

/// `[control]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Path of the Unix socket; at most 107 bytes, the system's limit.
    pub socket: PathBuf,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Least level that is written.
    pub level: &'static str,
    /// How lines look.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[limits]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Mails up to this size, in bytes, are fetched whole; of larger ones only headers and text.
    pub max_mail_bytes: u32,
    /// How many mails one FETCH asks for.
    pub fetch_batch: u32,
    /// How many connections to one server are being made at the same moment.
    pub connects_per_host: u32,
}

/// Words of apology in the languages that templates are shipped in.
const APOLOGIES: [&str; 7] =
    ["申し訳ございません", "お詫び申し上げます", "sorry", "apologise", "apologize", "przepraszamy", "抱歉"];

pub(super) fn reply(section: Option<&Section<'_>>) -> Reply {
    const DAY: u64 = 86_400;
    let mut reply = Reply {
        window: Duration::from_secs(14 * DAY),
        shop_deadline: Duration::from_secs(7 * DAY),
        draft_deadline: Duration::from_secs(DAY),
        apology_required: true,
        apology: "お待たせして申し訳ございません。".to_owned(),
        apology_phrases: APOLOGIES.map(str::to_owned).to_vec(),
    };
    let Some(section) = section else { return reply };
    reply.window = section.duration("window", reply.window);
    reply.shop_deadline = section.duration("shop_deadline", reply.shop_deadline);
    reply.draft_deadline = section.duration("draft_deadline", reply.draft_deadline);
    reply.apology_required = section.flag("apology_required", reply.apology_required);
    if let Some(apology) = section.text("apology") {
        reply.apology = apology;
    }
    let phrases = section.list("apology_phrases", value::line);
    if !phrases.is_empty() {
        reply.apology_phrases = phrases;
    }
    section.finish();
    reply
}

/// Both tables of `[report]`.
pub(super) fn reports(root: &Section<'_>, people: &[Person]) -> (NightReport, super::DayReport) {
    let report = root.section("report");
    let section = report.as_ref().and_then(|report| report.section("night"));
    let day = report.as_ref().and_then(|report| report.section("day"));
    if let Some(report) = &report {
        report.finish();
    }
    let supervisors = || {
        let supervisors = people.iter().filter(|person| person.position == Position::Supervisor);
        supervisors.map(|person| person.address.clone()).collect()
    };
    let mut night = NightReport {
        enabled: true,
        at: Time::constant(22, 0, 0, 0),
        to: Vec::new(),
        from_name: "Madoguchi".to_owned(),
        shift: "night".to_owned(),
    };
    if let Some(section) = &section {
        night.enabled = section.flag("enabled", true);
        night.at = section.time("at").unwrap_or(night.at);
        night.to = value::each_once(section.list("to", value::address));
        night.from_name = section.line("from_name").unwrap_or(night.from_name);
        night.shift = section.parsed("shift", shift).unwrap_or(night.shift);
        section.finish();
    }
    if night.to.is_empty() {
        night.to = supervisors();
    }
    if night.enabled && night.to.is_empty() && !people.is_empty() {
        root.doc.fault_whole(
            "nobody would get the night report",
            "set `to` in [report.night], give an [[agent]] role = \"supervisor\", or set enabled = false",
        );
    }
    (night, super::report::day(day.as_ref(), people))
}

/// A shift's name stands in store keys.
pub(super) fn shift(text: &str) -> Result<String, Problem> {
    let good =
        !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if good {
        return Ok(text.to_owned());
    }
    Err(Problem::new(format!("`{text}` is not a shift name"), "use letters, digits and `-`, 32 at most"))
}

pub(super) fn store(section: Option<&Section<'_>>, base: &Path) -> Store {
    const ENGINES: [(&str, Engine); 1] = [("sled", Engine::Sled)];
    let mut store = Store { engine: Engine::Sled, dir: base.join("state") };
    if let Some(section) = section {
        store.engine = section.choice("engine", &ENGINES, Engine::Sled);
        if let Some(dir) = section.line("dir") {
            store.dir = base.join(dir);
        }
        section.finish();
    }
    store
}

pub(super) fn control(section: Option<&Section<'_>>, base: &Path) -> Control {
    let mut control = Control { socket: base.join("madoguchi.sock") };
    if let Some(section) = section {
        if let Some(socket) = section.line("socket") {
            control.socket = base.join(socket);
        }
        // sockaddr_un holds 108 bytes with the closing zero (unix(7)).
        if control.socket.as_os_str().len() > 107 {
            section.fault(
                "socket",
                "the path of the socket is longer than 107 bytes",
                "choose a shorter one",
            );
        }
        section.finish();
    }
    control
}

pub(super) fn log(section: Option<&Section<'_>>) -> Log {
    const LEVELS: [(&str, &str); 5] =
        [("error", "error"), ("warn", "warn"), ("info", "info"), ("debug", "debug"), ("trace", "trace")];
    const FORMATS: [(&str, LogFormat); 2] = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let mut log = Log { level: "info", format: LogFormat::Text };
    if let Some(section) = section {
        log.level = section.choice("level", &LEVELS, log.level);
        log.format = section.choice("format", &FORMATS, log.format);
        section.finish();
    }
    log
}

pub(super) fn limits(section: Option<&Section<'_>>) -> Limits {
    let mut limits = Limits { max_mail_bytes: 1 << 20, fetch_batch: 200, connects_per_host: 8 };
    let Some(section) = section else { return limits };
    let number = |key, least, most, default: u32| {
        u32::try_from(section.number(key, least, most, u64::from(default))).unwrap_or(default)
    };
    limits.max_mail_bytes = number("max_mail_bytes", 4_096, 64 << 20, limits.max_mail_bytes);
    limits.fetch_batch = number("fetch_batch", 1, 1_000, limits.fetch_batch);
    limits.connects_per_host = number("connects_per_host", 1, 100, limits.connects_per_host);
    section.finish();
    limits
}
