//! Logs: who may speak, in which form, and what never reaches them.
//!
//! Log lines go to stderr; stdout belongs to the commands' data. `[log]` in the config sets the level of our own
//! modules. `RUST_LOG` can make these say more (`RUST_LOG=debug`, `RUST_LOG=madoguchi::imap=trace`), never less, and
//! never more of other crates: `async_imap` prints passwords at trace, so nothing a user types opens it.
//!
//! A panic is logged with its place only. Its text may quote the mail it choked on (`byte index 3 is not a char
//! boundary; it is inside …`), and mail does not belong in a log.

use std::env;
use std::fmt;
use std::panic;

use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber, error};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Format, FormatEvent, FormatFields, Full, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogFormat;

/// Our own modules.
const OWN: &str = "madoguchi";

/// Begins to log to stderr, once for the whole process; a second call changes nothing.
///
/// `level` is one of `error`, `warn`, `info`, `debug`, `trace`, as the config has checked; anything else is `info`.
pub fn start(level: &str, format: LogFormat) {
    let filter = filter(level, env::var("RUST_LOG").ok().as_deref());
    let place = Place::of_stderr();
    if tracing_subscriber::registry()
        .with(layer(format, place, std::io::stderr).with_filter(filter))
        .try_init()
        .is_ok()
    {
        panic::set_hook(Box::new(|panicked| {
            let place = panicked.location().map(ToString::to_string).unwrap_or_default();
            error!(place, "Panic: a mistake in the program; please report the place.");
        }));
    }
}

/// Where stderr leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A person looks: colours and times.
    Terminal,
    /// systemd's journal, which knows the time itself and reads `<4>` before a line as its priority.
    Journal,
    /// A file or a pipe: times, no colours.
    Elsewhere,
}

impl Place {
    fn of_stderr() -> Self {
        use std::io::IsTerminal;
        let stderr = std::io::stderr();
        let id = nix::sys::stat::fstat(&stderr).map(|stat| format!("{}:{}", stat.st_dev, stat.st_ino)).ok();
        Self::of(stderr.is_terminal(), id.as_deref(), env::var("JOURNAL_STREAM").ok().as_deref())
    }

    /// `JOURNAL_STREAM` is `device:inode` of the journal's socket (systemd.exec(5)). A child whose stderr was
    /// redirected inherits the variable, hence the comparison.
    fn of(is_terminal: bool, id: Option<&str>, journal: Option<&str>) -> Self {
        if is_terminal {
            Self::Terminal
        } else if id.is_some() && id == journal {
            Self::Journal
        } else {
            Self::Elsewhere
        }
    }
}

/// Our modules at the configured level, or at the higher one `RUST_LOG` asks for; others at warn; the mail and TLS
/// libraries by name, so that no change of the default opens them.
fn filter(level: &str, wish: Option<&str>) -> Targets {
    let configured = parse(level).unwrap_or(LevelFilter::INFO);
    let mut own = configured;
    let mut parts: Vec<(&str, LevelFilter)> = Vec::new();
    for directive in wish.unwrap_or("").split(',').map(str::trim) {
        match directive.split_once('=') {
            None => own = own.max(parse(directive).unwrap_or(configured)),
            Some((target, wished)) => {
                let Some(wished) = parse(wished) else { continue };
                if target == OWN {
                    own = own.max(wished);
                } else if target.strip_prefix(OWN).is_some_and(|rest| rest.starts_with("::")) {
                    parts.push((target, wished));
                }
            }
        }
    }
    let mut filter = Targets::new().with_default(LevelFilter::WARN);
    for (library, most) in [
        ("async_imap", LevelFilter::INFO),
        ("imap_proto", LevelFilter::INFO),
        ("lettre", LevelFilter::INFO),
        ("rustls", LevelFilter::WARN),
        ("sled", LevelFilter::WARN),
    ] {
        filter = filter.with_target(library, most.min(configured));
    }
    filter = filter.with_target(OWN, own);
    for (target, wished) in parts {
        filter = filter.with_target(target, own.max(wished));
    }
    filter
}

/// Only the five words: `off` and numbers are not for `RUST_LOG`, which cannot say less.
fn parse(level: &str) -> Option<LevelFilter> {
    level.trim().parse::<Level>().ok().map(LevelFilter::from_level)
}

fn layer<S, W>(format: LogFormat, place: Place, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // With its own error reports on, the layer answers a closed stderr by printing to it, which panics.
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).log_internal_errors(false);
    match format {
        LogFormat::Json => layer.json().with_span_list(false).boxed(),
        LogFormat::Text => {
            let colours = place == Place::Terminal;
            let text = Text { inner: Format::default().with_ansi(colours).with_timer(Clock(place)), place };
            layer.with_ansi(colours).event_format(text).boxed()
        }
    }
}

/// The time of a line, in UTC; left out where the journal adds it.
struct Clock(Place);

impl FormatTime for Clock {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        match self.0 {
            // The formatter adds a blank after the time; the journal's lines begin with it.
            Place::Journal => Ok(()),
            Place::Terminal | Place::Elsewhere => tracing_subscriber::fmt::time::SystemTime.format_time(w),
        }
    }
}

/// One line for people, with the journal's priority before it.
struct Text {
    inner: Format<Full, Clock>,
    place: Place,
}

impl<S, N> FormatEvent<S, N> for Text
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if self.place == Place::Journal {
            write!(writer, "<{}>", priority(*event.metadata().level()))?;
        }
        self.inner.format_event(context, writer, event)
    }
}

/// The priorities of syslog (RFC 5424, section 6.2.1).
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use tracing::{debug, info, warn};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, place: Place, wish: Option<&str>, log: impl FnOnce()) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let layer = layer(format, place, move || writer.clone()).with_filter(filter("info", wish));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn rust_log_raises_our_own_level_and_nothing_else() {
        let imap = "madoguchi::imap";
        for (level, wish, target, at, expected) in [
            ("info", None, OWN, Level::INFO, true),
            ("info", None, OWN, Level::DEBUG, false),
            ("info", None, "tokio", Level::INFO, false),
            ("info", None, "tokio", Level::WARN, true),
            ("nonsense", None, OWN, Level::INFO, true),
            ("info", Some("debug"), OWN, Level::DEBUG, true),
            ("info", Some("madoguchi=trace"), imap, Level::TRACE, true),
            ("info", Some("madoguchi::imap=trace"), imap, Level::TRACE, true),
            ("info", Some("madoguchi::imap=trace"), "madoguchi::smtp", Level::DEBUG, false),
            ("info", Some("madoguchi_else=trace"), OWN, Level::DEBUG, false),
            // Less is not to be had.
            ("info", Some("error"), OWN, Level::INFO, true),
            ("info", Some("off"), OWN, Level::INFO, true),
            ("info", Some("madoguchi::imap=error"), imap, Level::INFO, true),
            // The password stays where it is, whatever is configured or wished.
            ("trace", None, "async_imap::client", Level::DEBUG, false),
            ("trace", None, "async_imap", Level::INFO, true),
            ("trace", Some("trace"), "async_imap", Level::TRACE, false),
            ("info", Some("async_imap=trace"), "async_imap", Level::TRACE, false),
            (
                "info",
                Some("async_imap=debug,madoguchi=debug"),
                "async_imap::imap_stream",
                Level::DEBUG,
                false,
            ),
            ("info", Some("imap_proto=trace"), "imap_proto", Level::TRACE, false),
            ("info", Some("lettre=trace"), "lettre", Level::TRACE, false),
            ("error", None, "async_imap", Level::INFO, false),
        ] {
            assert_eq!(
                filter(level, wish).would_enable(target, &at),
                expected,
                "{level} {wish:?} {target} {at}"
            );
        }
    }

    #[test]
    fn the_journal_is_known_by_its_socket() {
        for (is_terminal, id, journal, expected) in [
            (true, Some("8:1"), Some("8:1"), Place::Terminal),
            (false, Some("8:1"), Some("8:1"), Place::Journal),
            (false, Some("8:2"), Some("8:1"), Place::Elsewhere),
            (false, Some("8:1"), None, Place::Elsewhere),
            (false, None, None, Place::Elsewhere),
        ] {
            assert_eq!(Place::of(is_terminal, id, journal), expected, "{id:?} {journal:?}");
        }
    }

    #[test]
    fn the_journal_gets_a_priority_and_no_time() {
        let said = logged(LogFormat::Text, Place::Journal, None, || {
            info!(uid = 7, "Labelled message.");
            warn!("Server is silent.");
            error!("Store is damaged.");
            debug!("never");
        });
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 3, "{said}");
        for (line, start, end) in [
            (lines[0], "<6>", "Labelled message. uid=7"),
            (lines[1], "<4>", "Server is silent."),
            (lines[2], "<3>", "Store is damaged."),
        ] {
            assert!(line.starts_with(start) && line.ends_with(end), "{line}");
            assert!(!line.contains("20"), "a time: {line}");
        }
    }

    #[test]
    fn only_a_terminal_gets_colours() {
        for (place, expected) in [(Place::Terminal, true), (Place::Elsewhere, false), (Place::Journal, false)]
        {
            let said = logged(LogFormat::Text, place, None, || info!(uid = 7, "Labelled message."));
            assert_eq!(said.contains('\u{1b}'), expected, "{place:?}: {said:?}");
        }
    }

    #[test]
    fn json_is_one_object_a_line() {
        let said = logged(LogFormat::Json, Place::Journal, Some("debug"), || {
            info!(uid = 7, case = "c-1", "Labelled\nmessage.");
            debug!("窓口");
        });
        let rows: Vec<serde_json::Value> =
            said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rows.len(), 2, "{said}");
        assert_eq!(rows[0]["level"], "INFO");
        assert_eq!(rows[0]["fields"]["message"], "Labelled\nmessage.");
        assert_eq!(rows[0]["fields"]["uid"], 7);
        assert_eq!(rows[1]["fields"]["message"], "窓口");
        assert!(rows[0]["timestamp"].is_string(), "{said}");
    }

    /// What [`start`] does to a whole process is tried in a process of its own: this test, run once more.
    const CHILD: &str = "MADOGUCHI_TELEMETRY_CHILD";

    #[test]
    fn child() {
        if env::var_os(CHILD).is_none() {
            return;
        }
        start("info", LogFormat::Json);
        start("trace", LogFormat::Text);
        info!("Begun.");
        debug!("never");
        let caught = panic::catch_unwind(|| panic!("it is inside 山田太郎"));
        assert!(caught.is_err());
    }

    fn run_child() -> std::process::Command {
        let mut child = std::process::Command::new(env::current_exe().unwrap());
        child.args(["--exact", "telemetry::tests::child", "--nocapture"]);
        child.env(CHILD, "1").env_remove("RUST_LOG").stdout(std::process::Stdio::null());
        child
    }

    #[test]
    fn a_panic_is_logged_by_its_place_alone() {
        let output = run_child().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        let rows: Vec<serde_json::Value> =
            said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rows.len(), 2, "{said}");
        assert_eq!(rows[0]["fields"]["message"], "Begun.");
        assert_eq!(rows[1]["level"], "ERROR");
        assert!(rows[1]["fields"]["place"].as_str().unwrap().starts_with("src/telemetry.rs:"), "{said}");
        assert!(!said.contains("山田"), "{said}");
    }

    #[test]
    fn a_closed_stderr_stops_nothing() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        assert!(run_child().stderr(writer).status().unwrap().success());
    }
}
