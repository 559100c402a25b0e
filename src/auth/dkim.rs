//! Our own check of DKIM (RFC 6376, RFC 8301, RFC 8463) over the bytes of a mail.
//!
//! Which signatures are looked at, what they must say and who may have made them is decided here; canonical forms, hashes
//! and keys are the library's. It never asks DNS itself: it gets the one key it needs. ARC proves nothing here, a
//! signature of part of a body proves nothing, and of many signatures only a few are tried.

use std::borrow::Borrow;
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::Instant;

use futures_util::FutureExt;
use jiff::Timestamp;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::{DomainKey, VerifySignature};
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::{
    AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt as Known,
};

use super::dmarc::{aligned, may_be_related};
use super::dns::{Answer, Txt};
use super::fields::{Field, Odd, fields};
use super::tags::Tags;
use crate::triage::approval::{Carrier, Dkim, DkimFault, NotYet, Signed};
use crate::triage::id::Address;

/// Signatures that are tried: each costs a question and a computation that the sender chooses.
const MOST_TRIED: usize = 4;
/// Signatures that are looked at.
const MOST_SEEN: usize = 16;
/// The shortest RSA key (RFC 8301 section 3.2), in bits.
const SHORTEST_KEY: usize = 1024;
/// A signature is good for so long after it was made, in seconds: an answer that was under way for longer is none.
const OLDEST: i64 = 7 * 86_400;
/// The sender's clock may be wrong by this, in seconds.
const SKEW: i64 = 3600;

/// Fields in which a token may stand.
const CARRIERS: [(&str, Carrier); 5] = [
    ("delivered-to", Carrier::DeliveredTo),
    ("to", Carrier::To),
    ("cc", Carrier::Cc),
    ("in-reply-to", Carrier::InReplyTo),
    ("references", Carrier::References),
];

/// Checks a mail from this address. `raw` must be the whole mail as it came.
pub(super) async fn check(raw: &[u8], from: &Address, now: Timestamp, dns: &dyn Txt) -> Dkim {
    let header = match fields(raw) {
        Ok(header) => header,
        Err(Odd::Broken) => return Dkim::Fail(DkimFault::Header),
        Err(Odd::Doubled) => return Dkim::Fail(DkimFault::Doubled),
    };
    // The library reads the sender once more; a third reading must not differ from the two before it.
    let parsed = catch_unwind(AssertUnwindSafe(|| AuthenticatedMessage::parse(raw))).ok().flatten();
    let Some(message) = parsed.filter(|message| matches!(message.froms(), [one] if one == from.as_str()))
    else {
        return Dkim::Fail(DkimFault::Header);
    };
    let mut worst = DkimFault::Unsigned;
    let mut waits: Option<NotYet> = None;
    let mut tried = 0;
    for signature in of_interest(&header, from.domain()) {
        let claim = match signature.and_then(|tags| claim(&tags, from.domain(), now)) {
            Ok(claim) => claim,
            Err(fault) => {
                worst = worst.max(fault);
                continue;
            }
        };
        if tried == MOST_TRIED {
            break;
        }
        tried += 1;
        match prove(&message, &claim, from.domain(), dns).await {
            Ok(()) => {
                let Claim { domain, selector, signed, .. } = claim;
                let open = open_carriers(&header, &signed);
                return Dkim::Pass(Signed { domain, selector, open });
            }
            Err(Short::No(fault)) => worst = worst.max(fault),
            Err(Short::NotYet(why)) => waits = waits.or(Some(why)),
        }
    }
    match waits {
        Some(why) => Dkim::Wait(why),
        None => Dkim::Fail(worst),
    }
}

/// Why a signature does not count.
enum Short {
    No(DkimFault),
    NotYet(NotYet),
}

/// What a signature says, as far as it is asked.
struct Claim {
    domain: String,
    selector: String,
    /// Fields it covers, each as often as it is named.
    signed: Vec<String>,
    /// `b=` without blanks: the signature among those that the library found.
    value: String,
}

/// The signatures, those of the very domain first.
fn of_interest(header: &[Field], domain: &str) -> Vec<Result<Tags, DkimFault>> {
    let values = header.iter().filter(|field| field.name == "dkim-signature").take(MOST_SEEN);
    let mut all: Vec<_> = values.map(|field| Tags::read(&field.value).ok_or(DkimFault::Malformed)).collect();
    let own = |tags: &Tags| tags.get("d").is_some_and(|d| d.eq_ignore_ascii_case(domain));
    all.sort_by_key(|signature| !signature.as_ref().is_ok_and(own));
    all
}

/// Everything that can be refused without asking anybody.
fn claim(tags: &Tags, from: &str, now: Timestamp) -> Result<Claim, DkimFault> {
    let need = |name: &str| tags.get(name).filter(|text| !text.is_empty()).ok_or(DkimFault::Malformed);
    if need("v")? != "1" {
        return Err(DkimFault::Malformed);
    }
    let domain = need("d")?.to_ascii_lowercase();
    let selector = need("s")?.to_ascii_lowercase();
    if !is_name(&domain) || !is_name(&selector) || domain.len() + selector.len() > 230 {
        return Err(DkimFault::Malformed);
    }
    if !may_be_related(&domain, from) {
        return Err(DkimFault::Unaligned);
    }
    if !["rsa-sha256", "ed25519-sha256"].contains(&need("a")?.to_ascii_lowercase().as_str()) {
        return Err(DkimFault::Algorithm);
    }
    if tags.get("l").is_some() {
        return Err(DkimFault::Length);
    }
    let signed = tags.list("h").ok_or(DkimFault::Malformed)?;
    if !signed.iter().any(|name| name == "from") {
        return Err(DkimFault::FromUnsigned);
    }
    let made = tags.number("t").map_err(|()| DkimFault::Malformed)?;
    let ends = tags.number("x").map_err(|()| DkimFault::Malformed)?;
    let now = now.as_second();
    if ends.is_some_and(|ends| ends <= now || made.is_some_and(|made| ends <= made)) {
        return Err(DkimFault::Expired);
    }
    if made.is_some_and(|made| made > now.saturating_add(SKEW)) {
        return Err(DkimFault::Future);
    }
    if made.is_some_and(|made| made < now.saturating_sub(OLDEST)) {
        return Err(DkimFault::Old);
    }
    let value: String = need("b")?.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Ok(Claim { domain, selector, signed, value })
}

/// Asks for the key, lets the library compute, and asks whether that domain may speak for the sender's.
async fn prove(
    message: &AuthenticatedMessage<'_>,
    claim: &Claim,
    from: &str,
    dns: &dyn Txt,
) -> Result<(), Short> {
    match aligned(&claim.domain, from, dns).await {
        Ok(true) => {}
        Ok(false) => return Err(Short::No(DkimFault::Unaligned)),
        Err(why) => return Err(Short::NotYet(why)),
    }
    let name = format!("{}._domainkey.{}", claim.selector, claim.domain);
    let record = match dns.txt(&name).await {
        Answer::Records(records) => records,
        Answer::Nothing => return Err(Short::No(DkimFault::NoKey)),
        Answer::Unclear(why) => return Err(Short::NotYet(why)),
    };
    let key = key(&record).map_err(Short::No)?;
    holds(message, claim, key).await.map_err(Short::No)
}

/// The key in a record (RFC 6376 section 3.6.1).
fn key(records: &[Vec<u8>]) -> Result<DomainKey, DkimFault> {
    let [record] = records else { return Err(DkimFault::BadKey) };
    let tags = Tags::read(record).ok_or(DkimFault::BadKey)?;
    if tags.get("v").is_some_and(|version| version != "DKIM1") {
        return Err(DkimFault::BadKey);
    }
    if tags.get("p").is_some_and(str::is_empty) {
        return Err(DkimFault::NoKey); // taken back
    }
    let allows = |name: &str, any: &[&str]| {
        tags.list(name).is_none_or(|list| list.iter().any(|word| any.contains(&word.as_str())))
    };
    if !allows("h", &["sha256"]) || !allows("s", &["*", "email"]) {
        return Err(DkimFault::BadKey);
    }
    if tags.list("t").is_some_and(|flags| flags.iter().any(|flag| flag == "y")) {
        return Err(DkimFault::Testing);
    }
    let key = catch_unwind(|| DomainKey::parse(record)).ok().and_then(Result::ok);
    let key = key.ok_or(DkimFault::BadKey)?;
    let rsa = tags.get("k").is_none_or(|kind| kind.eq_ignore_ascii_case("rsa"));
    if rsa && key.p.public_key_bits() < SHORTEST_KEY {
        return Err(DkimFault::BadKey);
    }
    Ok(key)
}

/// The library hangs its check on a resolver of its own: this one knows no server and is never asked.
static LIBRARY: LazyLock<Option<MessageAuthenticator>> = LazyLock::new(|| {
    let nobody = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
    MessageAuthenticator::new(nobody, ResolverOpts::default()).ok()
});

/// Lets the library verify one signature with one key.
async fn holds(message: &AuthenticatedMessage<'_>, claim: &Claim, key: DomainKey) -> Result<(), DkimFault> {
    let wanted = data_encoding::BASE64.decode(claim.value.as_bytes()).map_err(|_| DkimFault::Malformed)?;
    let mut alone = message.clone();
    alone.errors.clear();
    alone.dkim_headers.retain(|found| {
        let same = found.header.domain().eq_ignore_ascii_case(&claim.domain);
        same && found.header.selector().eq_ignore_ascii_case(&claim.selector) && found.header.b == wanted
    });
    alone.dkim_headers.truncate(1);
    for found in &mut alone.dkim_headers {
        // Judged above by our own clock; and nothing that would lead to further questions.
        (found.header.x, found.header.r, found.header.atps) = (0, false, None);
    }
    if alone.dkim_headers.is_empty() {
        return Err(DkimFault::Malformed);
    }
    let library = LIBRARY.as_ref().ok_or(DkimFault::Broken)?;
    let one = OneKey(key.into());
    let asked = library.verify_dkim(Parameters::new(&alone).with_txt_cache(&one));
    let Ok(outputs) = AssertUnwindSafe(asked).catch_unwind().await else { return Err(DkimFault::Broken) };
    match outputs.as_slice() {
        [output] => match output.result() {
            DkimResult::Pass => Ok(()),
            DkimResult::Neutral(_) => Err(DkimFault::Body),
            DkimResult::Fail(_) | DkimResult::PermError(_) | DkimResult::TempError(_) | DkimResult::None => {
                Err(DkimFault::Broken)
            }
        },
        _ => Err(DkimFault::Broken),
    }
}

/// What the library finds wherever it looks: the one key, so that it never asks DNS.
struct OneKey(Known);

impl ResolverCache<Box<str>, Known> for OneKey {
    fn get<Q>(&self, _: &Q) -> Option<Known>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        Some(self.0.clone())
    }

    fn remove<Q>(&self, _: &Q) -> Option<Known>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Known, _: Instant) {}
}

/// Fields of the mail that carry tokens and that anybody could have written.
fn open_carriers(header: &[Field], signed: &[String]) -> Vec<Carrier> {
    let open = CARRIERS.iter().filter(|(name, _)| {
        header.iter().any(|field| field.name == *name) && !signed.iter().any(|covered| covered == name)
    });
    open.map(|(_, carrier)| *carrier).collect()
}

/// Labels of letters, digits, hyphens and underscores.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.split('.').all(|label| (1..=63).contains(&label.len()) && label.bytes().all(plain))
}
