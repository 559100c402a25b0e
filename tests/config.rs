//! The config: the sample loads and names every key; every kind of mistake is found, placed and explained.

use std::collections::BTreeSet;
use std::path::Path;

use expect_test::{Expect, expect};
use madoguchi::config::{self, Authentication, Config, Marking, Resolver, SentCopy, SignIn, Since, Tls};
use madoguchi::oauth::{Grant, Mechanism, Provider};
use madoguchi::triage::approval::Mode;

const SAMPLE: &str = include_str!("../config.toml");

/// Every key of the sample, those left out by `#key = …` included.
fn sample_with_everything() -> String {
    let lines = SAMPLE.lines().map(|line| {
        let key = line
            .strip_prefix('#')
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()) || rest.starts_with('['));
        key.unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same with those left out by `#|key = …`, which take the place of others and do not load beside them.
fn sample_with_other_choices() -> String {
    let lines = sample_with_everything();
    let mut written: Vec<&str> = Vec::new();
    for line in lines.lines().map(|line| line.strip_prefix("#|").unwrap_or(line)) {
        // `user` of [smtp] belongs to two of the choices.
        if !written.last_chunk::<6>().is_some_and(|last| last.contains(&line) && line.starts_with("user = "))
        {
            written.push(line);
        }
    }
    written.join("\n")
}

fn load(text: &str) -> Result<Config, String> {
    config::parse(Path::new("/etc/madoguchi/config.toml"), text).map_err(|faults| {
        faults
            .iter()
            .map(|fault| fault.to_string().replace("/etc/madoguchi/", ""))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// Loads the sample with one thing replaced, and compares what is said.
fn check(from: &str, to: &str, expected: &Expect) {
    assert!(SAMPLE.contains(from), "the sample lacks {from:?}");
    let said = load(&SAMPLE.replacen(from, to, 1)).err().unwrap_or_else(|| "no fault".to_owned());
    expected.assert_eq(&said);
}

#[test]
fn the_sample_loads() {
    let config = load(SAMPLE).unwrap();
    assert!(config.warnings.is_empty());
    assert_eq!(config.desk.name, "JITANBODY整体院");
    assert_eq!(config.desk.zone.iana_name(), Some("Asia/Tokyo"));
    assert_eq!(config.desk.phones, ["0312345678"]);
    assert_eq!(config.rules, Path::new("/etc/madoguchi/rules"));
    let mailbox = config.mailboxes.first().unwrap();
    assert_eq!((mailbox.tls, mailbox.port, mailbox.since), (Tls::None, 143, Since::Now));
    assert_eq!(mailbox.marks.meaning_of_label("返信待ち"), Some("awaiting_reply"));
    assert_eq!((mailbox.marking, mailbox.mark_parent.as_deref()), (Marking::Auto, None));
    assert!(mailbox.inbox_marks.contains("asked"));
    assert_eq!(mailbox.marks.meaning_of_keyword("$awaitingreply"), Some("awaiting_reply"));
    let asked: Vec<_> = config.agents_of(mailbox).map(|person| person.address.as_str()).collect();
    assert_eq!(asked, ["sato@agents.example", "suzuki@agents.example"]);
    assert_eq!(config.supervisors().count(), 1);
    assert_eq!(config.smtp.sent_copy, SentCopy::Append);
    assert_eq!(config.smtp.login, None);
    let desk = config.core_desk(None, &config.own_addresses(), &config.own_phones());
    assert_eq!(desk.shops, ["新宿院", "池袋院"]);
    for ours in ["form@jitanbody.example", "sato@agents.example", "reservation1@jitanbody.example"] {
        assert!(desk.addresses.iter().any(|address| address.as_str() == ours), "{ours}");
    }
}

#[test]
fn every_key_of_the_sample_loads() {
    let config = load(&sample_with_everything()).unwrap();
    assert!(config.smtp.login.is_some());
    assert_eq!(config.mailboxes.first().unwrap().archive.as_deref(), Some("Archive"));
}

#[test]
fn the_sample_names_every_key() {
    let everything = sample_with_other_choices();
    // How a secret is written is explained once, at the top; and `oauth` once, in a mailbox.
    let of_secret = |key: &String| {
        [
            ".password.",
            ".secret.",
            "previous_secret.",
            ".client_secret.",
            ".key.",
            ".refresh_token.",
            "smtp.oauth.",
        ]
        .iter()
        .any(|part| key.contains(part))
    };
    let known: BTreeSet<String> = config::known_keys(Path::new("config.toml"), &everything)
        .into_iter()
        .filter(|k| !of_secret(k))
        .collect();
    let mut written = BTreeSet::new();
    collect("", &toml::from_str(&everything).unwrap(), &mut written);
    written.retain(|key| !of_secret(key));
    assert_eq!(known, written);
}

fn collect(path: &str, table: &toml::Table, keys: &mut BTreeSet<String>) {
    for (key, value) in table {
        let dotted = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if let Some(below) = value.as_table() {
            collect(&dotted, below, keys);
        }
        for below in value.as_array().into_iter().flatten().filter_map(toml::Value::as_table) {
            collect(&dotted, below, keys);
        }
        keys.insert(dotted);
    }
}

/// The sample with a password replaced by something else.
fn signing_in(mailbox: &str, smtp: &str) -> Result<Config, String> {
    let text = SAMPLE.replacen("password = { file = \"secrets/imap\" }", mailbox, 1);
    load(&text.replacen("#user = \"reservation1@jitanbody.example\"", smtp, 1))
}

#[test]
fn the_other_choices_of_the_sample_load() {
    let of = |text: &str| -> String {
        let lines = SAMPLE.split(text).nth(1).unwrap().lines();
        let lines = lines.take_while(|line| line.starts_with('#')).filter_map(|line| line.strip_prefix("#|"));
        // A service account's key has no use beside the others.
        lines.filter(|line| !line.starts_with("oauth.key")).collect::<Vec<_>>().join("\n")
    };
    let oauth = of("password = { file = \"secrets/imap\" }\n");
    let config = signing_in(&oauth, "account = \"reservation1\"").unwrap();
    let SignIn::OAuth(plan) = &config.mailboxes.first().unwrap().sign_in else { panic!("oauth") };
    assert_eq!((plan.account.as_str(), plan.provider), ("reservation1", Provider::Microsoft));
    assert_eq!(plan.mechanism, Some(Mechanism::Xoauth2));
    let login = config.smtp.login.unwrap();
    assert_eq!(login.user, "reservation1");
    assert_eq!(login.sign_in, config.mailboxes.first().unwrap().sign_in, "one account, one source of tokens");
}

#[test]
fn a_sign_in_by_oauth_needs_little() {
    let plan = |oauth: &str| match signing_in(oauth, "").unwrap().mailboxes.remove(0).sign_in {
        SignIn::OAuth(plan) => *plan,
        SignIn::Password(_) => panic!("oauth"),
    };
    let google =
        plan(r#"oauth = { provider = "google", client_id = "c", client_secret = { credential = "g" } }"#);
    assert_eq!(google.scopes, ["https://mail.google.com/"]);
    assert_eq!(google.token_url.unwrap().as_str(), "https://oauth2.googleapis.com/token");
    assert_eq!(google.device_url, None);
    let Grant::Refresh { file, seed: None } = google.grant else { panic!("{:?}", google.grant) };
    assert_eq!(file, Path::new("/etc/madoguchi/state/oauth/mailbox-reservation1.json"));
    let service =
        plan(r#"oauth = { provider = "google", flow = "service_account", key = { file = "k.json" } }"#);
    assert!(matches!(service.grant, Grant::ServiceAccount { .. }));
    assert_eq!(service.token_url, None, "the key says where");
    let microsoft = plan(r#"oauth = { provider = "microsoft", client_id = "c" }"#);
    assert_eq!(
        microsoft.token_url.unwrap().as_str(),
        "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    );
    assert!(microsoft.scopes.iter().any(|scope| scope == "offline_access"), "{:?}", microsoft.scopes);
    let alone = plan(
        r#"oauth = { provider = "microsoft", flow = "client_credentials", tenant = "corp.example", client_id = "c", client_secret = { file = "s" } }"#,
    );
    assert_eq!(alone.scopes, ["https://outlook.office365.com/.default"]);
    let other = plan(
        r#"oauth = { provider = "other", client_id = "c", scopes = ["mail"], token_url = "http://127.0.0.1:1/t", authorize_url = "https://a.example/" }"#,
    );
    assert_eq!(other.mechanisms(), [Mechanism::Oauthbearer, Mechanism::Xoauth2]);
}

#[test]
fn a_mistaken_sign_in_is_placed_and_explained() {
    let both = "password = { file = \"a\" }\noauth = { provider = \"microsoft\", client_id = \"c\" }";
    for (mailbox, smtp, expected) in [
        (
            both,
            "",
            expect![
                "config.toml:175:9: `mailbox.password` and `mailbox.oauth` are both written; keep the one that the account signs in with"
            ],
        ),
        (
            "oauth = {}",
            "",
            expect![[
                r#"config.toml:174:9: missing key `mailbox.oauth.provider`; "google", "microsoft" or "other""#
            ]],
        ),
        ("oauth = \"google\"", "", expect!["config.toml:174:9: `mailbox.oauth` is a string, not a table"]),
        (
            "oauth = { provider = \"gmail\", client_id = \"c\" }",
            "",
            expect![[
                r#"config.toml:174:22: `gmail` is not a choice here; write one of "google", "microsoft", "other""#
            ]],
        ),
        (
            "oauth = { provider = \"microsoft\" }",
            "",
            expect![
                "config.toml:174:9: missing key `mailbox.oauth.client_id`; this flow needs it; see docs/sign-in.md"
            ],
        ),
        (
            "oauth = { provider = \"microsoft\", client_id = \"c\", client_secret = \"hunter2\" }",
            "",
            expect![[
                r#"config.toml:174:68: `mailbox.oauth.client_secret` is written out in the config; write { credential = "name" }, { file = "path" } or { command = ["pass", "show", "x"] }"#
            ]],
        ),
        (
            "oauth = { provider = \"microsoft\", client_id = \"c\", tenant = \"a/b\" }",
            "",
            expect![
                "config.toml:174:61: this is not the name of a tenant; write its domain or its id (Microsoft calls it directory id)"
            ],
        ),
        (
            "oauth = { provider = \"microsoft\", flow = \"service_account\" }",
            "",
            expect![[r#"
            config.toml:174:9: missing key `mailbox.oauth.key`; this flow needs it; see docs/sign-in.md
            config.toml:174:42: service accounts are Google's; write "client_credentials" where no person is to say yes"#]],
        ),
        (
            "oauth = { provider = \"google\", flow = \"client_credentials\", tenant = \"t\" }",
            "",
            expect![[r#"
                config.toml:174:9: missing key `mailbox.oauth.client_id`; this flow needs it; see docs/sign-in.md
                config.toml:174:9: missing key `mailbox.oauth.client_secret`; this flow needs it; see docs/sign-in.md
                config.toml:174:39: Google gives no access to mailboxes by client credentials; use a service account: flow = "service_account"
                config.toml:174:70: only Microsoft has tenants; remove it"#]],
        ),
        (
            "oauth = { provider = \"google\", flow = \"service_account\", key = { file = \"k\" }, client_id = \"c\" }",
            "",
            expect![
                "config.toml:174:92: `mailbox.oauth.client_id` has no use in this flow; remove it, or change `flow`"
            ],
        ),
        (
            "oauth = { provider = \"other\", client_id = \"c\" }",
            "",
            expect![[r#"
            config.toml:174:9: missing key `mailbox.oauth.authorize_url`; this flow needs it; see docs/sign-in.md
            config.toml:174:9: missing key `mailbox.oauth.scopes`; this flow needs it; see docs/sign-in.md
            config.toml:174:9: missing key `mailbox.oauth.token_url`; this flow needs it; see docs/sign-in.md"#]],
        ),
        (
            "oauth = { provider = \"other\", client_id = \"c\", scopes = [\"a b\"], token_url = \"http://a.example/\", authorize_url = \"a\" }",
            "",
            expect![[r#"
                config.toml:174:58: `a b` is not a scope; write each scope as one entry, without blanks
                config.toml:174:78: this address does not begin with https://; write https://…; http is for a server on this machine only
                config.toml:174:115: this address cannot be understood; write https://…; http is for a server on this machine only"#]],
        ),
        (
            "oauth = { provider = \"microsoft\", client_id = \"c\", mechanism = \"plain\", tokenfile = \"x\" }",
            "",
            expect![[r#"
                config.toml:174:64: `plain` is not a choice here; write one of "xoauth2", "oauthbearer"
                config.toml:174:73: unknown key `mailbox.oauth.tokenfile`; did you mean `token_file`?"#]],
        ),
        (
            "password = { file = \"a\" }",
            "account = \"reservation\"",
            expect!["config.toml:289:11: no mailbox is called `reservation`; did you mean `reservation1`?"],
        ),
        (
            "password = { file = \"a\" }",
            "account = \"reservation1\"\nuser = \"a\"",
            expect![
                "config.toml:290:8: `smtp.account` and `smtp.user` are both written; the account of a mailbox brings its own; remove one"
            ],
        ),
        (
            "password = { file = \"a\" }",
            "user = \"a\"",
            expect![
                "config.toml:289:8: `smtp.user` and `smtp.password` go together; write both, user and oauth, or neither"
            ],
        ),
        (
            "password = { file = \"a\" }",
            "oauth = { provider = \"microsoft\", client_id = \"c\" }",
            expect!["config.toml:289:9: `smtp.user` and `smtp.oauth` go together; write both or neither"],
        ),
    ] {
        expected.assert_eq(&signing_in(mailbox, smtp).err().unwrap_or_else(|| "no fault".to_owned()));
    }
}

#[test]
fn a_secret_in_the_config_is_allowed_by_name_only() {
    let allowed = "allow_literal_secrets = true\n".to_owned() + SAMPLE;
    let config = load(&allowed.replacen("{ file = \"secrets/imap\" }", "\"hunter2\"", 1)).unwrap();
    let SignIn::Password(source) = &config.mailboxes.first().unwrap().sign_in else { panic!("a password") };
    assert_eq!(source.resolve().unwrap().expose(), "hunter2");
    assert!(!format!("{config:?}").contains("hunter2"));
    let warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].ends_with("`mailbox.password` is written out in the config; allow_literal_secrets permits it; a file of its own is safer"), "{warnings:?}");
}

#[test]
fn little_is_needed() {
    let config = load(
        r#"
        [desk]
        name = "窓口"
        [[mailbox]]
        name = "a"
        host = "127.0.0.1"
        user = "a@example.com"
        password = { credential = "imap" }
        [smtp]
        host = "::1"
        from = "a@example.com"
        [[agent]]
        name = "s"
        address = "s@example.com"
        role = "supervisor"
        [approval]
        secret = { command = ["pass", "show", "key"] }
        auth = "none"
        "#,
    )
    .unwrap();
    let mailbox = config.mailboxes.first().unwrap();
    assert_eq!((mailbox.tls, mailbox.port), (Tls::Implicit, 993));
    assert_eq!(mailbox.agents, ["s"]);
    assert_eq!(config.smtp.port, 465);
    assert_eq!(config.approval.address.as_str(), "a@example.com");
    assert_eq!(config.night.to.first().map(|to| to.as_str()), Some("s@example.com"));
    assert_eq!(config.mailboxes.first().unwrap().marks.iter().count(), 6);
}

#[test]
fn an_empty_config_says_everything_at_once() {
    expect![[r#"
        config.toml: missing table [approval]; say how agents' answers are trusted: [approval] auth = "authserv"
        config.toml: missing table [desk]; say who you are: [desk] name = "…"
        config.toml: missing table [smtp]; say how mail leaves: [smtp] host = "…"
        config.toml: no [[agent]]: nobody could approve an answer; add [[agent]] with name and address
        config.toml: no [[mailbox]]: nothing to watch; add [[mailbox]] with name, host and user"#]]
    .assert_eq(&load("").unwrap_err());
}

#[test]
fn mistakes_are_found_and_placed() {
    for (from, to, expected) in [
        (
            "opening = \"09:00\"",
            "openning = \"09:00\"",
            expect!["config.toml:31:1: unknown key `desk.openning`; did you mean `opening`?"],
        ),
        (
            "[smtp]",
            "[smpt]",
            expect![[r#"
                config.toml:279:2: unknown key `smpt`; did you mean `smtp`?
                config.toml:304:2: missing key `smtp.from`; the address customers see
                config.toml:304:2: missing key `smtp.host`; such as "smtp.gmail.com""#]],
        ),
        (
            "#tell = [\"田中\"]",
            "tell = [\"高橋\"]",
            expect![
                "config.toml:395:8: nobody is called `高橋`; name an [[agent]], a [[contact]] or a [[group]]: whoever is told answers 済 from their own address"
            ],
        ),
        (
            "long = \"20m\"",
            "long = \"20分\"",
            expect![
                "config.toml:392:8: `20分` is not a duration; write a number and a unit: 30s, 5m, 2h or 7d (a year at most)"
            ],
        ),
        (
            "opening = \"09:00\"",
            "opening = \"9時\"",
            expect![[r#"config.toml:31:11: `9時` is not a time of day; write hours and minutes: "09:00""#]],
        ),
        (
            "zone = \"Asia/Tokyo\"",
            "zone = \"JST\"",
            expect!["config.toml:27:8: `JST` is not a known time zone; use an IANA name such as Asia/Tokyo"],
        ),
        (
            "poll = \"2m\"",
            "poll = 120",
            expect!["config.toml:211:8: `mailbox.poll` is an integer, not a string"],
        ),
        (
            "poll = \"2m\"",
            "poll = \"2 min\"",
            expect![
                "config.toml:211:8: `2 min` is not a duration; write a number and a unit: 30s, 5m, 2h or 7d (a year at most)"
            ],
        ),
        (
            "idle = true",
            "idle = \"yes\"",
            expect!["config.toml:213:8: `mailbox.idle` is a string, not true or false"],
        ),
        (
            "port = 143",
            "port = 99999",
            expect!["config.toml:168:8: `mailbox.port` is 99999, outside 1 to 65535"],
        ),
        (
            "host = \"localhost\"",
            "host = \"imaps://localhost\"",
            expect![
                "config.toml:164:8: `imaps://localhost` is not a host; write only the name, without a scheme or port: imap.example.co.jp"
            ],
        ),
        (
            "host = \"localhost\"",
            "host = \"imap.gmail.com\"",
            expect![[r#"
                config.toml:166:7: without TLS the password and every mail could be read on the way; use "implicit" or "starttls"; "none" is for localhost, 127.0.0.0/8 and ::1
                config.toml:384:8: `imap.gmail.com` is not this machine, and answers are not authenticated; say who vouches for an agent's domain: auth = "authserv" with authserv_id, "dkim", or "both""#]],
        ),
        (
            "password = { file = \"secrets/imap\" }",
            "password = \"hunter2\"",
            expect![[
                r#"config.toml:174:12: `mailbox.password` is written out in the config; write { credential = "name" }, { file = "path" } or { command = ["pass", "show", "x"] }"#
            ]],
        ),
        (
            "password = { file = \"secrets/imap\" }",
            "",
            expect![[
                r#"config.toml:158:1: missing key `mailbox.password`; such as password = { credential = "imap" }; or oauth"#
            ]],
        ),
        (
            "password = { file = \"secrets/imap\" }",
            "password = {}",
            expect![[
                r#"config.toml:174:12: `mailbox.password` needs exactly one source; write { credential = "name" }, { file = "path" } or { command = ["pass", "show", "x"] }"#
            ]],
        ),
        (
            "{ file = \"secrets/imap\" }",
            "{ file = \"a\", credential = \"b\" }",
            expect![[
                r#"config.toml:174:12: `mailbox.password` needs exactly one source; write { credential = "name" }, { file = "path" } or { command = ["pass", "show", "x"] }"#
            ]],
        ),
        (
            "{ file = \"secrets/imap\" }",
            "{ credential = \"../b\" }",
            expect![[
                r#"config.toml:174:27: this is not the name of a credential; use the name in LoadCredential=, of letters, digits, `-`, `_` and `.`; for a path write { file = "…" }"#
            ]],
        ),
        (
            "{ file = \"secrets/imap\" }",
            "{ fil = \"a\" }",
            expect![[r#"
                config.toml:174:12: `mailbox.password` needs exactly one source; write { credential = "name" }, { file = "path" } or { command = ["pass", "show", "x"] }
                config.toml:174:14: unknown key `mailbox.password.fil`; did you mean `file`?"#]],
        ),
        (
            "[\"佐藤\", \"鈴木\"]",
            "[\"佐藤\", \"鈴木さん\"]",
            expect!["config.toml:215:17: no agent is called `鈴木さん`; add an [[agent]] of this name"],
        ),
        (
            "name = \"鈴木\"",
            "name = \"佐藤\"",
            expect![[r#"
                config.toml:215:17: no agent is called `鈴木`; add an [[agent]] of this name
                config.toml:332:8: `佐藤` is used twice; give each its own"#]],
        ),
        (
            "address = \"sato@agents.example\"",
            "address = \"佐藤\"",
            expect!["config.toml:318:11: `佐藤` is not a mail address; write it bare: desk@example.co.jp"],
        ),
        (
            "role = \"supervisor\"",
            "role = \"boss\"",
            expect![[
                r#"config.toml:338:8: `boss` is not a choice here; write one of "agent", "supervisor""#
            ]],
        ),
        (
            "lang = \"ja\"",
            "lang = \"zh\"",
            expect![[r#"config.toml:323:8: `zh` is not a choice here; write one of "ja", "en", "pl""#]],
        ),
        (
            "keyword = \"$Chat\"",
            "keyword = \"チャット\"",
            expect![
                "config.toml:246:20: `チャット` is not an IMAP keyword; use at most 50 ASCII letters, digits, `$`, `-` or `_`; Japanese goes into `label`"
            ],
        ),
        (
            "keyword = \"$Chat\"",
            "keyword = \"$handled\"",
            expect!["config.toml:243:11: keyword `$Handled` has two meanings; give each mark its own"],
        ),
        (
            "marking = \"auto\"",
            "marking = \"labels\"",
            expect![[
                r#"config.toml:221:11: `labels` is no way to write marks; write "auto", "keywords" or "folders"; on Gmail they are labels in any case"#
            ]],
        ),
        (
            "#mark_parent = \"窓口\"",
            "mark_parent = \"窓口//印\"",
            expect![
                "config.toml:223:15: `窓口//印` is not the name of a folder; write it without %, * and blanks round it; `/` divides levels"
            ],
        ),
        (
            "marking = \"auto\"",
            "mark_parent = \"窓口\"\nmarking = \"keywords\"",
            expect![
                "config.toml:221:15: marks are keywords here, so no folders are made; remove one of the two"
            ],
        ),
        (
            "inbox_marks = [\"asked\"]",
            "inbox_marks = [\"askd\"]",
            expect!["config.toml:225:16: no mark is called `askd`; did you mean `asked`?"],
        ),
        (
            "inbox_marks = [\"asked\"]",
            "inbox_marks = [\"nonsense\"]",
            expect![
                "config.toml:225:16: no mark is called `nonsense`; write the name of one under [mailbox.marks]"
            ],
        ),
        (
            "label = \"チャット\"",
            "label = \"\\\\Inbox\"",
            expect![[
                r#"config.toml:246:37: `\\Inbox` is not a label; write it on one line, without blanks round it and without a leading \"#
            ]],
        ),
        (
            "handled = {",
            "handeld = {",
            expect!["config.toml:243:1: unknown key `mailbox.marks.handeld`; did you mean `handled`?"],
        ),
        (
            "handled = {",
            "vip = { label = \"優先\" }\nhandled = {",
            expect![[
                r#"config.toml:243:7: missing key `mailbox.marks.vip.keyword`; such as keyword = "$Vip""#
            ]],
        ),
        ("until = 2026-08-29", "until = 2026-08-26", expect!["config.toml:141:9: `until` is before `from`"]),
        (
            "back = 2026-08-30",
            "back = \"8/30\"",
            expect!["config.toml:143:8: `8/30` is not a day; write year, month and day: 2026-08-27"],
        ),
        (
            "since = \"now\"",
            "since = \"yesterday\"",
            expect![[
                r#"config.toml:218:9: `yesterday` is not a start; write "now" or a day such as 2026-08-27"#
            ]],
        ),
        (
            "escalate = \"6h\"",
            "escalate = \"1h\"",
            expect!["config.toml:380:12: `approval.escalate` is not later than `approval.reminder`"],
        ),
        (
            "address = \"sato@agents.example\"",
            "address = \"reservation1@jitanbody.example\"",
            expect![
                "config.toml:318:11: `reservation1@jitanbody.example` is the desk's own address; an agent needs an address of their own: whoever answers from it can approve"
            ],
        ),
        (
            "auth = \"none\"",
            "",
            expect![[
                r#"config.toml:358:1: missing key `approval.auth`; say who vouches for an agent's domain: auth = "authserv" with authserv_id, "dkim", or "both""#
            ]],
        ),
        (
            "auth = \"none\"",
            "auth = \"spf\"",
            expect![[
                r#"config.toml:384:8: `spf` is not a choice here; write one of "both", "dkim", "authserv", "none""#
            ]],
        ),
        (
            "auth = \"none\"",
            "auth = \"authserv\"",
            expect![[
                r#"config.toml:358:1: missing key `approval.authserv_id`; the first word of Authentication-Results in a mail you received; for Gmail "mx.google.com""#
            ]],
        ),
        (
            "auth = \"none\"",
            "auth = \"both\"\nauthserv_id = \"mx.google.com; dmarc=pass\"\nresolver = \"1.1.1.1\"",
            expect![[r#"
                config.toml:385:15: `mx.google.com; dmarc=pass` is not the name of a server; copy the first word after `Authentication-Results:`, without the semicolon
                config.toml:386:12: `1.1.1.1` is no resolver; write "system", or the addresses of name servers: ["192.0.2.53"]"#]],
        ),
        (
            "auth = \"none\"",
            "auth = \"dkim\"\nauthserv_id = \"mx.google.com\"\nresolver = [\"192.0.2.53\", \"ns1\"]",
            expect![[r#"
                config.toml:385:15: `approval.authserv_id` does nothing here: auth = "dkim" does not listen to the server; remove the line, or write auth = "both"
                config.toml:386:27: `ns1` is not the address of a name server; write an address, with a port if it is not 53: "192.0.2.53:5353""#]],
        ),
        (
            "auth = \"none\"",
            "auth = \"authserv\"\nauthserv_id = \"mx.google.com\"\nresolver = \"system\"",
            expect![[
                r#"config.toml:386:12: `approval.resolver` does nothing here: auth = "authserv" does not ask DNS; remove the line, or write auth = "both""#
            ]],
        ),
        (
            "auth = \"none\"",
            "auth = \"none\"\nauthserv_id = \"mx.google.com\"",
            expect![[
                r#"config.toml:385:15: `approval.authserv_id` does nothing here: auth = "none" believes everybody; remove the line, or write auth = "both""#
            ]],
        ),
        (
            "auth = \"none\"",
            "auth = \"dkim\"\nresolver = []",
            expect![[
                r#"config.toml:385:12: `approval.resolver` names no server; write "system", or the addresses of name servers: ["192.0.2.53"]"#
            ]],
        ),
        (
            "to = [\"booking-report@jitanbody.example\"]",
            "to = \"x@jitanbody.example\"",
            expect!["config.toml:421:6: `report.night.to` is a string, not a list of strings"],
        ),
        (
            "fetch_batch = 200",
            "fetch_batch = 0",
            expect!["config.toml:486:15: `limits.fetch_batch` is 0, outside 1 to 1000"],
        ),
        (
            "connects_per_host = 8",
            "connects_per_host = 0",
            expect!["config.toml:488:21: `limits.connects_per_host` is 0, outside 1 to 100"],
        ),
        (
            "since = \"now\"",
            "since = \"now\"\nsilent_after = \"2m\"",
            expect![
                "config.toml:219:16: `mailbox.silent_after` is not longer than `mailbox.poll`; a mailbox that is looked at so seldom would always count as silent"
            ],
        ),
        (
            "since = \"now\"",
            "since = \"now\"\nreport = { at = \"08:00\" }",
            expect![
                "config.toml:219:10: missing key `mailbox.report.shift`; the name of this report's shift"
            ],
        ),
        (
            "since = \"now\"",
            "since = \"now\"\nreport = { shift = \"night\" }",
            expect![
                "config.toml:219:10: `night` is the shift of [report.night]; give this mailbox's shift another name, or remove [mailbox.report]"
            ],
        ),
        (
            "[mailbox.desk]",
            "[mailbox.desk]\nzone = \"Tokyo\"",
            expect![
                "config.toml:252:8: `Tokyo` is not a known time zone; use an IANA name such as Asia/Tokyo"
            ],
        ),
        (
            "[mailbox.desk]",
            "[mailbox.desk]\nphone = \"12\"\nurl = \"jitanbody.example\"\nopenning = \"10:00\"",
            expect![[r#"
                config.toml:252:9: `12` is not a telephone number; write it with area code, 03-1234-5678, or with +81
                config.toml:253:7: `mailbox.desk.url` is not a web address; begin it with https://
                config.toml:254:1: unknown key `mailbox.desk.openning`; did you mean `opening`?"#]],
        ),
        (
            "since = \"now\"",
            "since = \"now\"\nfrom = \"nobody\"\nrules = \"\"",
            expect![[r#"
            config.toml:219:8: `nobody` is not a mail address; write it bare: desk@example.co.jp
            config.toml:220:9: `mailbox.rules` is empty; write a value or remove the line"#]],
        ),
        (
            "command_timeout = \"30s\"",
            "command = [\"page\", \"\"]\ncommand_timeout = \"11m\"",
            expect![[r#"
                config.toml:460:11: `operator.command` does not begin with an absolute path; write the whole path of the program, such as "/usr/local/bin/page"
                config.toml:460:20: an entry is empty or contains a control character; write a value or remove the entry
                config.toml:461:19: `operator.command_timeout` is longer than ten minutes"#]],
        ),
        (
            "to = [\"it@jitanbody.example\"]",
            "to = [\"it\"]\nsilent = \"5m\"",
            expect![[r#"
                config.toml:456:7: `it` is not a mail address; write it bare: desk@example.co.jp
                config.toml:457:1: unknown key `operator.silent`; known keys: command, command_timeout, remind, silent_after, to"#]],
        ),
        (
            "engine = \"sled\"",
            "engine = \"sled",
            expect![[r#"config.toml:468:15: invalid basic string, expected `"`"#]],
        ),
        ("[log]", "[log]\nlevel = \"info\"", expect!["config.toml:479:1: duplicate key"]),
    ] {
        check(from, to, &expected);
    }
}

#[test]
fn beyond_this_machine_somebody_must_vouch_for_agents() {
    let outside = |auth: &str| {
        let sample = SAMPLE
            .replace("host = \"localhost\"", "host = \"mail.example.com\"")
            .replace("tls = \"none\"", "tls = \"implicit\"")
            .replace("auth = \"none\"", auth);
        load(&sample).map(|config| config.approval.auth)
    };
    expect![[r#"config.toml:384:8: `mail.example.com` is not this machine, and answers are not authenticated; say who vouches for an agent's domain: auth = "authserv" with authserv_id, "dkim", or "both""#]].assert_eq(&outside("auth = \"none\"").unwrap_err());
    expect![[r#"config.toml:385:12: `mail.example.com` is not this machine, and a file is not DNS; write "system", or the addresses of name servers: ["192.0.2.53"]"#]].assert_eq(&outside("auth = \"dkim\"\nresolver = \"zone:zone\"").unwrap_err());
    let checked = |mode, authserv_id: Option<&str>, resolver| Authentication::Checked {
        mode,
        authserv_id: authserv_id.map(str::to_owned),
        resolver,
    };
    let servers = Resolver::Servers(vec!["192.0.2.53:53".parse().unwrap(), "[::1]:5353".parse().unwrap()]);
    for (auth, expected) in [
        (
            "auth = \"authserv\"\nauthserv_id = \"mx.google.com\"",
            checked(Mode::Authserv, Some("mx.google.com"), Resolver::System),
        ),
        ("auth = \"dkim\"", checked(Mode::Dkim, None, Resolver::System)),
        (
            "auth = \"both\"\nauthserv_id = \"MX.corp.example\"\nresolver = [\"192.0.2.53\", \"[::1]:5353\"]",
            checked(Mode::Both, Some("MX.corp.example"), servers),
        ),
    ] {
        assert_eq!(outside(auth).unwrap(), expected);
    }
    let rehearsal = SAMPLE.replace("auth = \"none\"", "auth = \"dkim\"\nresolver = \"zone:zone\"");
    let zone = Resolver::Zone("/etc/madoguchi/zone".into());
    assert_eq!(load(&rehearsal).unwrap().approval.auth, checked(Mode::Dkim, None, zone));
}

/// A second mailbox, with what it has of its own.
fn with_second(own: &str) -> String {
    let mailbox = format!(
        "[[mailbox]]\nname = \"krakow\"\naddress = \"krakow@jitanbody.example\"\nhost = \"localhost\"\n\
         user = \"krakow\"\npassword = {{ credential = \"imap\" }}\n{own}\n[smtp]\n"
    );
    SAMPLE.replacen("[smtp]\n", &mailbox, 1)
}

#[test]
fn what_a_mailbox_leaves_out_is_the_desks() {
    let config = load(&with_second(
        "rules = \"rules-pl\"\nfrom_name = \"Kraków\"\npoll = \"10m\"\n\
         report = { shift = \"krakow\", at = \"20:30\" }\ndesk = { zone = \"Europe/Warsaw\", phone = \"+48 12 345 67 89\" }",
    ))
    .unwrap();
    let [first, second] = config.mailboxes.as_slice() else { panic!("two mailboxes") };
    let (ours, phones) = (config.own_addresses(), config.own_phones());
    for (mailbox, zone, opening, rules, templates, from_name, silent) in [
        (first, "Asia/Tokyo", "09:00:00", "rules", "templates", "JITANBODY整体院", 15),
        (second, "Europe/Warsaw", "09:00:00", "rules-pl", "templates", "Kraków", 30),
    ] {
        let desk = config.core_desk(Some(mailbox), &ours, &phones);
        assert_eq!(desk.zone.iana_name(), Some(zone));
        assert_eq!(desk.opening.to_string(), opening);
        // A number of one mailbox is no customer's in the other either.
        assert_eq!(&*desk.phones, ["0312345678", "+48123456789"]);
        assert!(
            config.rules_of(mailbox).ends_with(rules) && config.templates_of(mailbox).ends_with(templates)
        );
        assert_eq!(config.from_name_of(&mailbox.name), from_name);
        assert_eq!(config.silent_after(mailbox).as_secs(), silent * 60);
    }
    let shifts: Vec<_> =
        config.shifts().into_iter().map(|s| (s.name, s.at.to_string(), s.mailboxes.len())).collect();
    assert_eq!(
        shifts,
        [("night".to_owned(), "22:00:00".to_owned(), 0), ("krakow".to_owned(), "20:30:00".to_owned(), 1)]
    );
}

#[test]
fn a_shift_reports_once_and_in_one_way() {
    let two = |own: &str, other: &str| {
        with_second(own).replacen("since = \"now\"", &format!("since = \"now\"\n{other}"), 1)
    };
    let report = "report = { shift = \"day\", at = \"18:00\" }";
    assert_eq!(load(&two(report, report)).unwrap().shifts().len(), 2);
    let later = "report = { shift = \"day\", at = \"19:00\" }";
    expect!["config.toml:286:10: the shift `day` reports twice, differently; mailboxes that share a shift share `at`, `to` and zone; give each its own shift otherwise"].assert_eq(&load(&two(report, later)).unwrap_err());
    let elsewhere = format!("{report}\ndesk = {{ zone = \"Europe/Warsaw\" }}");
    expect!["config.toml:286:10: the shift `day` reports twice, differently; mailboxes that share a shift share `at`, `to` and zone; give each its own shift otherwise"].assert_eq(&load(&two(&elsewhere, report)).unwrap_err());
}

#[test]
fn an_alarm_into_a_watched_mailbox_is_a_warning() {
    let config = load(&SAMPLE.replace("it@jitanbody.example", "reservation1@jitanbody.example")).unwrap();
    let said: Vec<_> = config.warnings.iter().map(|w| w.to_string().replace("/etc/madoguchi/", "")).collect();
    expect!["config.toml:456:6: `reservation1@jitanbody.example` is a mailbox that is watched here; when it is the one that is silent, nobody may read the alarm; add an address elsewhere"].assert_eq(&said.join("\n"));
}

#[test]
fn too_many_marks_are_a_warning() {
    let many: String =
        (0..21).map(|n| format!("own{n} = {{ keyword = \"$Own{n}\", label = \"own {n}\" }}\n")).collect();
    let config = load(&SAMPLE.replace("[mailbox.marks]\n", &format!("[mailbox.marks]\n{many}"))).unwrap();
    let said: Vec<_> = config.warnings.iter().map(|w| w.to_string().replace("/etc/madoguchi/", "")).collect();
    expect!["config.toml:242:1: 27 marks, but a Maildir keeps 26 keywords; use fewer marks unless the server stores mail otherwise"].assert_eq(&said.join("\n"));
}

#[test]
fn half_a_config_is_never_a_panic() {
    let ends = SAMPLE.char_indices().map(|(at, _)| at).step_by(17);
    for end in ends {
        // Most halves lack a table; what matters is that each says so.
        if let Err(said) = load(SAMPLE.get(..end).unwrap()) {
            assert!(!said.is_empty());
        }
        let without_a_character: String =
            SAMPLE.chars().take(end / 2).chain(SAMPLE.chars().skip(end / 2 + 1)).collect();
        drop(load(&without_a_character));
    }
}
