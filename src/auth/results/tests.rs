//! What servers write, what RFC 8601 shows, and what forgers try.

use super::*;

const ID: &str = "mx.corp.test";

fn said(header: &str) -> Result<(), StatedFault> {
    let raw = format!("{header}From: Sato <sato@corp.test>\r\nSubject: x\r\n\r\nOK\r\n");
    match stated(raw.as_bytes(), ID, &Address::parse("sato@corp.test").unwrap()) {
        Stated::Pass { authserv_id } => {
            assert_eq!(authserv_id, ID);
            Ok(())
        }
        Stated::Fail(fault) => Err(fault),
    }
}

#[test]
fn fields_of_honest_servers() {
    for value in [
        "mx.corp.test; dmarc=pass header.from=corp.test",
        "mx.corp.test; dmarc=pass header.from=CORP.test",
        "mx.corp.test 1; dmarc=pass header.from=corp.test",
        "mx.corp.test;\r\n       dkim=pass header.i=@corp.test header.s=20230601 header.b=Abc+/d=;\r\n       spf=pass (mx.corp.test: domain of sato@corp.test designates 192.0.2.1 as permitted sender) smtp.mailfrom=sato@corp.test;\r\n       dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=corp.test;\r\n       dara=pass header.i=@corp.test",
        "mx.corp.test;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=corp.test header.i=@corp.test header.b=\"a;b(c\"; dmarc=pass policy.dmarc=none header.from=corp.test",
        "mx.corp.test; dmarc/1=pass header.from=corp.test",
        "mx.corp.test; dmarc = pass reason=\"good; dmarc=fail\" header . from = corp.test",
        "mx.corp.test; dmarc=pass (a (nested \\) one) here) header.from=corp.test",
        "mx.corp.test (the (good) one) ; DMARC=Pass Header.From=corp.test",
        "mx.corp.test; dmarc=pass header.from=\"corp.test\"",
        "(c) mx.corp.test; dkim=fail header.d=evil.test; dmarc=pass header.from=corp.test",
    ] {
        assert_eq!(said(&format!("Authentication-Results: {value}\r\n")), Ok(()), "{value}");
    }
}

#[test]
fn fields_that_prove_nothing() {
    use StatedFault::{Malformed, Missing, NoDmarc, NotPass, OtherDomain, Stranger};
    for (value, expected) in [
        // Another server's name, or one that only looks like ours.
        ("evil.test; dmarc=pass header.from=corp.test", Stranger),
        ("evil.test (mx.corp.test); dmarc=pass header.from=corp.test", Stranger),
        ("(mx.corp.test) evil.test; dmarc=pass header.from=corp.test", Stranger),
        ("MX.corp.test; dmarc=pass header.from=corp.test", Stranger),
        ("mx.corp.test.; dmarc=pass header.from=corp.test", Stranger),
        ("mx.corp.test.evil.test; dmarc=pass header.from=corp.test", Stranger),
        ("x.mx.corp.test; dmarc=pass header.from=corp.test", Stranger),
        ("\"mx.corp.test\"; dmarc=pass header.from=corp.test", Malformed),
        ("mx.corp.test/x; dmarc=pass header.from=corp.test", Malformed),
        ("mx(a).corp.test; dmarc=pass header.from=corp.test", Stranger),
        ("mx.corp.test evil.test; dmarc=pass header.from=corp.test", Malformed),
        ("; dmarc=pass header.from=corp.test", Malformed),
        // Versions we do not know.
        ("mx.corp.test 2; dmarc=pass header.from=corp.test", Malformed),
        ("mx.corp.test 1 1; dmarc=pass header.from=corp.test", Malformed),
        ("mx.corp.test; dmarc/2=pass header.from=corp.test", Malformed),
        // Not what is asked.
        ("mx.corp.test; none", NoDmarc),
        ("mx.corp.test", Malformed),
        ("mx.corp.test;", Malformed),
        ("mx.corp.test; spf=pass smtp.mailfrom=corp.test", NoDmarc),
        ("mx.corp.test; dkim=pass header.d=corp.test", NoDmarc),
        ("mx.corp.test; arc=pass header.from=corp.test", NoDmarc),
        ("mx.corp.test; x-dmarc=pass header.from=corp.test", NoDmarc),
        ("mx.corp.test; dmarc=fail header.from=corp.test", NotPass),
        ("mx.corp.test; dmarc=none header.from=corp.test", NotPass),
        ("mx.corp.test; dmarc=bestguesspass header.from=corp.test", NotPass),
        ("mx.corp.test; dmarc=passed header.from=corp.test", NotPass),
        ("mx.corp.test; dmarc=temperror header.from=corp.test", NotPass),
        ("mx.corp.test; dmarc=fail (dmarc=pass header.from=corp.test) header.from=corp.test", NotPass),
        ("mx.corp.test; spf=fail (; dmarc=pass header.from=corp.test)", NoDmarc),
        ("mx.corp.test; spf=fail reason=\"; dmarc=pass header.from=corp.test\"", NoDmarc),
        // Twice.
        ("mx.corp.test; dmarc=pass header.from=corp.test; dmarc=fail header.from=corp.test", NoDmarc),
        ("mx.corp.test; dmarc=fail header.from=corp.test; dmarc=pass header.from=corp.test", NoDmarc),
        ("mx.corp.test; dmarc=pass header.from=evil.test header.from=corp.test", NoDmarc),
        // Another domain.
        ("mx.corp.test; dmarc=pass", NoDmarc),
        ("mx.corp.test; dmarc=pass smtp.mailfrom=corp.test", NoDmarc),
        ("mx.corp.test; dmarc=pass header.d=corp.test", NoDmarc),
        ("mx.corp.test; dmarc=pass header.from=evil.test", OtherDomain),
        ("mx.corp.test; dmarc=pass header.from=mail.corp.test", OtherDomain),
        ("mx.corp.test; dmarc=pass header.from=corp.test.", OtherDomain),
        ("mx.corp.test; dmarc=pass header.from=corp.test.evil.test", OtherDomain),
        ("mx.corp.test; dmarc=pass header.from=sato@corp.test", OtherDomain),
        ("mx.corp.test; dmarc=pass header.from=\"corp.test evil.test\"", OtherDomain),
        ("mx.corp.test; dmarc=pass header.from=evil.test (header.from=corp.test)", OtherDomain),
        // Broken.
        ("mx.corp.test; dmarc=pass header.from=corp.test;", Malformed),
        ("mx.corp.test;; dmarc=pass header.from=corp.test", Malformed),
        ("mx.corp.test, evil.test; dmarc=pass header.from=corp.test", Malformed),
        ("mx.corp.test; dmarc=pass header.from=corp.test (", Malformed),
        ("mx.corp.test; dmarc=pass header.from=corp.test )", Malformed),
        ("mx.corp.test; dmarc=pass header.from=\"corp.test", Malformed),
        ("mx.corp.test; dmarc=pass header.from=", Malformed),
        ("mx.corp.test; dmarc= header.from=corp.test", Malformed),
        ("mx.corp.test; dmarc pass header.from=corp.test", Malformed),
        ("mx.corp.test; dmarc=pass header=corp.test", Malformed),
        ("mx.corp.test; dmarc=pass header.from=corp.test,evil.test", Malformed),
        ("mx.corp.test; dmarc=pass header.from=corp.test \u{ff1b} x", Malformed),
        ("mx.corp.test; dmarc=pass ((((((((((x)))))))))) header.from=corp.test", Malformed),
        ("=?utf-8?q?mx.corp.test?=; dmarc=pass header.from=corp.test", Malformed),
        ("", Malformed),
    ] {
        assert_eq!(said(&format!("Authentication-Results: {value}\r\n")), Err(expected), "{value}");
    }
    assert_eq!(said(""), Err(Missing));
}

#[test]
fn only_the_topmost_field_is_read() {
    use StatedFault::{Malformed, Missing, NotPass, Stranger};
    let good = "Authentication-Results: mx.corp.test; dmarc=pass header.from=corp.test\r\n";
    let fails = "Authentication-Results: mx.corp.test; dmarc=fail header.from=corp.test\r\n";
    let other = "Authentication-Results: evil.test; dmarc=pass header.from=corp.test\r\n";
    for (header, expected) in [
        (format!("{good}{fails}"), Ok(())),
        (format!("{good}{other}"), Ok(())),
        (format!("Received: x\r\n{good}"), Ok(())),
        (format!("{fails}{good}"), Err(NotPass)),
        (format!("{other}{good}"), Err(Stranger)),
        (format!("Authentication-Results:\r\n{good}"), Err(Malformed)),
        (format!("Authentication-Results : x\r\n{good}"), Err(Malformed)),
        (good.replace("Authentication", "authentication"), Ok(())),
        (good.replace("Authentication-", "ARC-Authentication-"), Err(Missing)),
        (good.replace("Authentication-", "X-Authentication-"), Err(Missing)),
        (good.replace("Authentication-", "Original-Authentication-"), Err(Missing)),
        (format!("Subject: {good}"), Err(Malformed)),
        (format!("X: y\r\n {good}"), Err(Missing)),
    ] {
        let expected = if header.starts_with("Subject") { Err(Malformed) } else { expected };
        assert_eq!(said(&header), expected, "{header:?}");
    }
}
