//! `backtest`: what other rules would have made of mails that are long dealt with.

mod show;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::out;
use super::progress::Progress;
use crate::clock::Clock;
use crate::config::{LogFormat, Marks, value};
use crate::daemon;
use crate::exit::Exit;
use crate::imap::folders::{FolderNames, Use};
use crate::imap::mailbox::Mailbox;
use crate::imap::{ImapError, MarkNames};
use crate::live::Live;
use crate::telemetry;
use crate::workshop::archive::{Archive, Raw};
use crate::workshop::bench::{Bench, Seen};
use crate::workshop::compare::compare;
use crate::workshop::remote;

/// Mails read together, and bytes.
const TOGETHER: (usize, u64) = (512, 64 * 1024 * 1024);

/// Damaged mails that are named on stderr; a broken file may hold thousands.
const NAMED: usize = 20;

/// Compare rules on old mail: what would change, and what people did
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi backtest desk.mbox --rules new-rules
  madoguchi backtest mails/ Maildir/ --rules new-rules --json
  madoguchi backtest --mailbox reservation1 --since 30d --rules new-rules
  madoguchi backtest desk.mbox            the rules in force against people

Reads *.eml, mbox files and Maildirs, or a mailbox: it is only looked at, no
mark is set, nothing is remembered. What people did is known from marks,
labels and the answers they sent. Shows no word of a mail without --show-text.
Exits with 1 when the new rules suit what people did worse than the old ones,
by more than --max-worse mails.")]
pub(super) struct Args {
    /// Folders of *.eml, Maildirs, mbox files; sent mail may be among them.
    #[arg(required_unless_present = "mailbox", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// By this mailbox's rules, templates and zone. Without paths its own mail is
    /// read: its folder, archive, junk, sent mail.
    #[arg(long, value_name = "NAME")]
    mailbox: Option<String>,
    /// How far back: 30d, 12h, or a day such as 2026-08-01.
    #[arg(
        long,
        requires = "mailbox",
        conflicts_with = "paths",
        required_unless_present = "paths",
        value_name = "SPAN"
    )]
    since: Option<String>,
    /// The other rules.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// How many mails the new rules may be worse by.
    #[arg(long, default_value_t = 0, value_name = "N")]
    max_worse: usize,
    /// Show subjects and what was read: personal data.
    #[arg(long)]
    show_text: bool,
    /// One JSON object a mail, and one for all of them.
    #[arg(long)]
    json: bool,
}

/// Everything that was read.
#[derive(Default)]
struct Heap {
    seen: Vec<Seen>,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let live = match super::load_for(config, args.mailbox.as_deref()) {
        Ok(live) => live,
        Err(exit) => return exit,
    };
    let new = match args.rules.as_deref().map(|dir| live.other_rules(dir)).transpose() {
        Ok(new) => new,
        Err(faults) => return super::faults(&faults),
    };
    // A mistake of ours in the reader must not print the mail it was made on.
    telemetry::start("error", LogFormat::Text);
    let mut bench = Bench::new(&live, new.as_ref());
    let mut heap = Heap::default();
    let read = match &args.since {
        None => tokio::task::block_in_place(|| local(&args.paths, &mut bench, &mut heap)),
        Some(since) => far(&live, since, &mut bench, &mut heap).await,
    };
    if let Err(exit) = read {
        return exit;
    }
    let boxes = live.config.mailboxes.iter();
    let marks: Vec<&Marks> = match &args.mailbox {
        Some(name) => {
            boxes.filter(|mailbox| mailbox.name.as_str() == name).map(|mailbox| &mailbox.marks).collect()
        }
        None => boxes.map(|mailbox| &mailbox.marks).collect(),
    };
    let window = SignedDuration::try_from(live.config.reply.window).unwrap_or(SignedDuration::MAX);
    report(heap, &marks, window, args)
}

/// Reads files and folders.
fn local(paths: &[PathBuf], bench: &mut Bench<'_>, heap: &mut Heap) -> Result<(), Exit> {
    let archive = Archive::open(paths)
        .map_err(|(path, error)| out::complain(&format!("{}: {error}", path.display()), Exit::No))?;
    // What we sent has to be known before the first answer to it is read.
    for raw in archive.mails() {
        if let Ok(mail) = &raw.bytes {
            bench.learn(mail);
        }
    }
    let progress = Progress::new(Some(archive.size()));
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for raw in archive.mails() {
        bytes += raw.size;
        batch.push(raw);
        if batch.len() >= TOGETHER.0 || bytes >= TOGETHER.1 {
            heap.take(bench, std::mem::take(&mut batch), &progress);
            bytes = 0;
        }
    }
    heap.take(bench, batch, &progress);
    progress.finish();
    Ok(())
}

/// Looks at a mailbox: what was sent first, then what came in.
async fn far(live: &Live, since: &str, bench: &mut Bench<'_>, heap: &mut Heap) -> Result<(), Exit> {
    let Some(config) = live.looking_as() else { return Err(Exit::Config) };
    let since = instant(since, live)?;
    let account = tokio::task::block_in_place(|| daemon::account(config));
    let (account, names) = account.map_err(|error| out::complain(&error.to_string(), Exit::Config))?;
    // A look makes no folder.
    let names = FolderNames { create: false, ..names };
    let mut mailbox =
        Mailbox::new(account, names, MarkNames::default()).fetching_whole(live.config.limits.max_mail_bytes);
    let read = look(&mut mailbox, &config.folder, since, bench, heap).await;
    mailbox.leave().await;
    read.map_err(|error| {
        out::complain(&format!("mailbox {}: {error}", config.name), super::imap_exit(&error))
    })
}

async fn look(
    mailbox: &mut Mailbox,
    inbox: &str,
    since: Timestamp,
    bench: &mut Bench<'_>,
    heap: &mut Heap,
) -> Result<(), ImapError> {
    mailbox.session().await?;
    let folders = mailbox.folders().clone();
    let progress = Progress::new(None);
    if let Some(sent) = &folders.sent {
        remote::mails(mailbox, sent, since, false, |mails| {
            mails.iter().filter_map(|raw| raw.bytes.as_ref().ok()).for_each(|mail| bench.learn(mail));
            tokio::task::block_in_place(|| heap.take(bench, mails, &progress));
        })
        .await?;
    }
    let junk = folders.all.iter().filter(|folder| folder.selectable && folder.uses.contains(&Use::Junk));
    let archive = folders.archive.iter().map(|archive| (archive.as_str(), false));
    let rest = archive.chain(junk.map(|folder| (folder.name.as_str(), true)));
    for (folder, junk) in std::iter::once((inbox, false)).chain(rest.filter(|(folder, _)| *folder != inbox)) {
        remote::mails(mailbox, folder, since, junk, |mails| {
            tokio::task::block_in_place(|| heap.take(bench, mails, &progress));
        })
        .await?;
    }
    progress.finish();
    Ok(())
}

/// `30d` before now, or the beginning of a day in the mailbox's zone.
fn instant(text: &str, live: &Live) -> Result<Timestamp, Exit> {
    let before = |span: Duration| {
        SignedDuration::try_from(span).ok().and_then(|span| Clock::system().now().checked_sub(span).ok())
    };
    let span = value::duration(text).ok().and_then(before);
    let day = || {
        let day = text.parse::<jiff::civil::Date>().ok()?;
        day.to_zoned(live.desk_policy().desk.zone.clone()).ok().map(|zoned| zoned.timestamp())
    };
    span.or_else(day).ok_or_else(|| {
        out::complain(&format!("--since {text}: write 30d, 12h or a day such as 2026-08-01"), Exit::Usage)
    })
}

impl Heap {
    fn take(&mut self, bench: &Bench<'_>, mails: Vec<Raw>, progress: &Progress) {
        let bytes = mails.iter().map(|raw| raw.size).sum();
        self.seen.extend(bench.read_all(mails));
        progress.advance(bytes, self.seen.len());
    }
}

fn report(heap: Heap, marks: &[&Marks], window: SignedDuration, args: &Args) -> Exit {
    let (mut mails, mut answers, mut damaged, mut internal) = (Vec::new(), Vec::new(), Vec::new(), 0_usize);
    for seen in heap.seen {
        match seen {
            Seen::Mail(mail) => mails.push(*mail),
            Seen::Answer(answer) => answers.push(answer),
            Seen::Internal => internal += 1,
            Seen::Damaged { name, why } => damaged.push((name, why)),
        }
    }
    let comparison = compare(mails, &answers, marks, window, args.rules.is_some());
    for (name, why) in damaged.iter().take(NAMED) {
        out::note(&format!("{name}: {why}"));
    }
    if let Some(more) = damaged.len().checked_sub(NAMED).filter(|more| *more > 0) {
        out::note(&format!("and {more} more damaged mails; --json names all"));
    }
    let totals = &comparison.totals;
    if args.json {
        comparison.rows.iter().for_each(|row| out::json(&show::object(row, args.show_text)));
        out::json(&show::summary(totals, answers.len(), internal, &damaged));
    } else {
        show::table(&comparison, answers.len(), damaged.len(), args.rules.is_some(), args.show_text);
    }
    if totals.mails == 0 {
        return out::complain("no mail to compare", Exit::No);
    }
    if totals.worse_by() > args.max_worse {
        let what =
            format!("the new rules are worse by {} mails; {} are allowed", totals.worse_by(), args.max_worse);
        return out::complain(&what, Exit::No);
    }
    Exit::Ok
}
