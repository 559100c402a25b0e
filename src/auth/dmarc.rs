//! Whether the domain that signed may speak for the domain of From (RFC 9989, the tree walk of section 4.10).
//!
//! The same domain always may. Another one needs a DMARC record that says so: without any, a subdomain or a parent proves
//! nothing. What the record wants done with mails that fail is no concern here.

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::dmarc::{Alignment, Dmarc, Policy, Psd};

use super::dns::{Answer, Txt};
use crate::triage::approval::NotYet;

/// Above so many labels the walk jumps, so that a long name costs no more than eight questions.
const LONG_NAME: usize = 8;

/// Whether a signature of `signer` counts for a mail from `author`. Both in lower case.
pub(super) async fn aligned(signer: &str, author: &str, dns: &dyn Txt) -> Result<bool, NotYet> {
    if signer == author {
        return Ok(true);
    }
    if !may_be_related(signer, author) {
        return Ok(false);
    }
    let walk = walk(author, dns).await?;
    let Some(organization) = organization(&walk, author) else { return Ok(false) };
    let own = walk.iter().find(|(name, _)| *name == author);
    let policy = own.or_else(|| walk.iter().find(|(name, _)| *name == organization)).or(walk.last());
    let Some((_, record)) = policy else { return Ok(false) };
    // A record that asks for nothing and wants no reports is none (section 4.10.1).
    let says_something = record.p != Policy::Unspecified || !record.rua.is_empty();
    if !says_something || record.adkim == Alignment::Strict || !is_within(signer, &organization) {
        return Ok(false);
    }
    let theirs = self::walk(signer, dns).await?;
    Ok(self::organization(&theirs, signer).is_some_and(|other| other == organization))
}

/// Whether two names could belong to one organization at all: more than the last label in common. Spares questions.
pub(super) fn may_be_related(a: &str, b: &str) -> bool {
    let common = a.rsplit('.').zip(b.rsplit('.')).take_while(|(a, b)| a == b).count();
    a == b || common >= 2
}

fn is_within(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Every DMARC record from a name up to its last label, the longest name first.
async fn walk<'n>(name: &'n str, dns: &dyn Txt) -> Result<Vec<(&'n str, Dmarc)>, NotYet> {
    let labels = name.split('.').count();
    let mut found = Vec::new();
    let mut here = name;
    let mut left = labels;
    loop {
        match dns.txt(&format!("_dmarc.{here}")).await {
            Answer::Records(records) => {
                let mut valid = records.iter().filter_map(|record| Dmarc::parse(record).ok());
                // Two records at one name are none (section 4.10).
                if let (Some(record), None) = (valid.next(), valid.next()) {
                    let ends = matches!(record.psd, Psd::Yes | Psd::No);
                    found.push((here, record));
                    if ends {
                        return Ok(found);
                    }
                }
            }
            Answer::Nothing => {}
            Answer::Unclear(why) => return Err(why),
        }
        let drop = if left >= LONG_NAME { left.saturating_sub(LONG_NAME - 1) } else { 1 };
        for _ in 0..drop {
            match here.split_once('.') {
                Some((_, rest)) => here = rest,
                None => return Ok(found),
            }
        }
        left = left.saturating_sub(drop);
    }
}

/// The organization's domain (section 4.10.2): the name marked as one, the name below a public suffix, or the shortest
/// name with a record.
fn organization(walk: &[(&str, Dmarc)], start: &str) -> Option<String> {
    for (name, record) in walk {
        match record.psd {
            Psd::No => return Some((*name).to_owned()),
            Psd::Yes if *name != start => {
                let below = start.strip_suffix(name)?.strip_suffix('.')?;
                let label = below.rsplit('.').next()?;
                return Some(format!("{label}.{name}"));
            }
            Psd::Yes | Psd::Default => {}
        }
    }
    walk.last().map(|(name, _)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::zone::Zone;

    #[tokio::test]
    async fn who_may_sign_for_whom() {
        let relaxed = "_dmarc.corp.test TXT \"v=DMARC1; p=none\"\n";
        let strict = "_dmarc.corp.test TXT \"v=DMARC1; p=reject; adkim=s\"\n";
        let strict_below = format!("{relaxed}_dmarc.shop.corp.test TXT \"v=DMARC1; p=none; adkim=s\"\n");
        let suffix =
            "_dmarc.co.test TXT \"v=DMARC1; p=none; psd=y\"\n_dmarc.a.co.test TXT \"v=DMARC1; p=none\"\n";
        let apart = format!("{relaxed}_dmarc.shop.corp.test TXT \"v=DMARC1; p=none; psd=n\"\n");
        let down = format!("{relaxed}_dmarc.corp.test FAIL\n");
        let twice = format!("{relaxed}{strict}");
        let (yes, no, later) = (Ok(true), Ok(false), Err(NotYet::ServerFailed));
        for (zone, signer, author, expected) in [
            ("", "corp.test", "corp.test", yes),
            (strict, "corp.test", "corp.test", yes),
            ("", "mail.corp.test", "corp.test", no),
            ("", "corp.test", "mail.corp.test", no),
            (relaxed, "mail.corp.test", "corp.test", yes),
            (relaxed, "corp.test", "mail.corp.test", yes),
            (relaxed, "a.corp.test", "b.c.corp.test", yes),
            (relaxed, "evilcorp.test", "corp.test", no),
            (relaxed, "corp.test.evil.test", "corp.test", no),
            (relaxed, "test", "corp.test", no),
            (relaxed, "evil.test", "corp.test", no),
            (strict, "mail.corp.test", "corp.test", no),
            (&strict_below, "corp.test", "shop.corp.test", no),
            (&strict_below, "mail.corp.test", "corp.test", yes),
            (&apart, "corp.test", "shop.corp.test", no),
            (suffix, "b.co.test", "a.co.test", no),
            (suffix, "m.a.co.test", "a.co.test", yes),
            ("_dmarc.corp.test TXT \"v=DMARC2; p=none\"\n", "mail.corp.test", "corp.test", no),
            ("_dmarc.corp.test TXT \"v=DMARC1\"\n", "mail.corp.test", "corp.test", no),
            (&twice, "mail.corp.test", "corp.test", no),
            (&down, "corp.test", "corp.test", yes),
            (&down, "mail.corp.test", "corp.test", later),
            (&down, "other.test", "corp.test", no),
        ] {
            let zone = Zone::Text(zone.to_owned());
            assert_eq!(aligned(signer, author, &zone).await, expected, "{signer} for {author}, {zone:?}");
        }
    }

    /// Counts what is asked.
    struct Counting(std::sync::atomic::AtomicUsize);

    impl Txt for Counting {
        fn txt<'a>(&'a self, _: &'a str) -> futures_util::future::BoxFuture<'a, Answer> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Box::pin(std::future::ready(Answer::Nothing))
        }
    }

    #[tokio::test]
    async fn a_long_name_costs_eight_questions() {
        let counting = Counting(0.into());
        let author = format!("{}corp.test", "a.".repeat(40));
        assert_eq!(aligned("corp.test", &author, &counting).await, Ok(false));
        assert_eq!(counting.0.into_inner(), 8);
    }
}
