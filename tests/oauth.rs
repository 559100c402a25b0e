//! Access tokens from a token server on loopback: cached, renewed, rotated, refused; and how a person says yes.
//!
//! Nothing here signs in to a mailbox; that stands in `tests/signin.rs`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a missing row fails the test")]

mod support;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use madoguchi::oauth::authorize::{AuthorizeError, Prompt, by_browser, by_device};
use madoguchi::oauth::keep::{Keep, Kept, Owner};
use madoguchi::oauth::{Grant, Pace, Plan, TokenError, TokenSource};
use madoguchi::secret::Secret;
use support::oauth::{Act, CLIENT, SERVICE_KEY, STRANGE_KEY, TokenServer, browse, private};
use tokio::sync::mpsc;
use url::Url;

/// Pauses that cost nothing; everything else as in the daemon.
fn quick() -> Pace {
    Pace { first_pause: Duration::from_millis(1), ..Pace::default() }
}

/// What is kept for a plan.
fn kept(plan: &Plan) -> Option<String> {
    let keep = Keep::new(file(plan), owner(plan));
    keep.load().unwrap().map(|kept| kept.refresh.expose().to_owned())
}

fn file(plan: &Plan) -> std::path::PathBuf {
    let Grant::Refresh { file, .. } = &plan.grant else { panic!("an installed app") };
    file.clone()
}

fn owner(plan: &Plan) -> Owner {
    Owner {
        client_id: plan.client_id.clone(),
        token_url: plan.token_url.as_ref().unwrap().to_string(),
        user: plan.user.clone(),
    }
}

/// The tokens that were handed in, in order.
fn handed_in(server: &TokenServer) -> Vec<String> {
    server.asked().iter().filter_map(|(_, form)| form.get("refresh_token").cloned()).collect()
}

#[tokio::test]
async fn many_askers_are_one_request() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    server.act(Act::Wait);
    let source = TokenSource::new(server.seeded(folder.path()), quick());
    let askers: Vec<_> = (0..50)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.token().await.unwrap().expose().to_owned() })
        })
        .collect();
    server.wait_for(1).await;
    server.release();
    for asker in askers {
        assert_eq!(asker.await.unwrap(), "access-1");
    }
    assert_eq!(source.token().await.unwrap().expose(), "access-1", "kept while it is good");
    assert_eq!(server.asked().len(), 1);
    let form = &server.asked()[0].1;
    assert_eq!((form["grant_type"].as_str(), form["client_id"].as_str()), ("refresh_token", CLIENT));
    assert!(!format!("{source:?} {:?}", source.token().await).contains("access-1"));
}

#[tokio::test]
async fn one_plan_has_one_source_in_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.seeded(folder.path());
    let (one, two) = (TokenSource::shared(&plan), TokenSource::shared(&plan));
    assert_eq!(one.token().await.unwrap().expose(), two.token().await.unwrap().expose());
    let other = TokenSource::shared(&Plan { user: "other".into(), ..plan.clone() });
    assert_eq!(other.token().await.unwrap().expose(), "access-2");
    drop((one, two));
    assert_eq!(
        TokenSource::shared(&plan).token().await.unwrap().expose(),
        "access-3",
        "forgotten when unused"
    );
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_serves_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let source = TokenSource::new(server.seeded(folder.path()), quick());
    let first = source.token().await.unwrap();
    let life = source.session_life(&first);
    assert!((Duration::from_secs(47 * 60)..=Duration::from_secs(50 * 60)).contains(&life), "{life:?}");
    // The clock moves while nothing is under way.
    let pass = |minutes: u64| async move {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(minutes * 60)).await;
        tokio::time::resume();
    };
    pass(49).await;
    assert_eq!(source.token().await.unwrap().expose(), "access-1");
    pass(2).await;
    for _ in 0..3 {
        server.act(Act::Say(503, String::new()));
    }
    assert_eq!(source.token().await.unwrap().expose(), "access-1", "nine minutes are left");
    assert_eq!(server.asked().len(), 4, "it was tried");
    pass(6).await;
    assert_eq!(source.token().await.unwrap().expose(), "access-2");
    server.lives(0);
    pass(60).await;
    assert_eq!(source.token().await.unwrap().expose(), "access-3");
    assert_eq!(
        source.token().await.unwrap().expose(),
        "access-4",
        "one that ends at once is good for its asker"
    );
}

#[tokio::test]
async fn a_new_refresh_token_is_on_disk_before_its_access_token_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    server.rotate();
    server.lives(0);
    let plan = server.seeded(folder.path());
    let source = TokenSource::new(plan.clone(), quick());
    for (access, refresh) in [("access-1", "refresh-1"), ("access-2", "refresh-2"), ("access-3", "refresh-3")]
    {
        assert_eq!(source.token().await.unwrap().expose(), access);
        assert_eq!(kept(&plan).as_deref(), Some(refresh));
    }
    let later = TokenSource::new(plan.clone(), quick());
    assert_eq!(later.token().await.unwrap().expose(), "access-4", "another process goes on from there");
    assert_eq!(handed_in(&server), ["refresh-0", "refresh-1", "refresh-2", "refresh-3"]);
}

#[tokio::test]
async fn an_asker_that_leaves_loses_no_refresh_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    server.rotate();
    server.act(Act::Wait);
    let plan = server.seeded(folder.path());
    let source = TokenSource::new(plan.clone(), quick());
    let asker = tokio::spawn({
        let source = source.clone();
        async move { source.token().await.map(drop) }
    });
    server.wait_for(1).await;
    asker.abort();
    assert!(asker.await.is_err(), "it left in the middle");
    server.release();
    assert_eq!(source.token().await.unwrap().expose(), "access-1", "the answer was heard all the same");
    assert_eq!(kept(&plan).as_deref(), Some("refresh-1"));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_disk_that_does_not_take_a_refresh_token_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    server.rotate();
    server.lives(0);
    let plan = server.seeded(folder.path());
    let source = TokenSource::new(plan.clone(), quick());
    assert!(source.token().await.is_ok());
    // The temporary file cannot be made while something is in its place.
    let in_the_way = file(&plan).with_extension("json.new");
    std::fs::create_dir(&in_the_way).unwrap();
    assert!(source.token().await.is_ok(), "mail goes on");
    assert_eq!(kept(&plan).as_deref(), Some("refresh-1"), "the old one is still there");
    std::fs::remove_dir(&in_the_way).unwrap();
    assert!(source.token().await.is_ok());
    assert_eq!(kept(&plan).as_deref(), Some("refresh-3"));
    assert_eq!(handed_in(&server), ["refresh-0", "refresh-1", "refresh-2"]);
}

#[tokio::test]
async fn a_refusal_is_told_at_once_and_not_repeated() {
    for (code, expected) in [
        ("invalid_grant", "the grant is no longer good (invalid_grant); run: madoguchi authorize desk"),
        ("interaction_required", "no longer good (interaction_required); run: madoguchi authorize desk"),
        ("invalid_client", "refuses us (invalid_client); check client_id and client_secret"),
        ("invalid_scope", "refuses us (invalid_scope); check scopes"),
        ("unauthorized_client", "refuses us (unauthorized_client); the client is not allowed this flow"),
        ("unsupported_grant_type", "refuses us (unsupported_grant_type); check provider and client"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = TokenServer::start().await;
        server.refuse(code);
        let plan = server.seeded(folder.path());
        let source = TokenSource::new(plan.clone(), quick());
        for _ in 0..3 {
            let error = source.token().await.unwrap_err();
            assert!(!error.is_transient(), "{code}");
            let said = error.to_string();
            assert!(said.contains(expected) && !said.contains("taro"), "{code}: {said}");
        }
        assert_eq!(server.asked().len(), 1, "{code}: no storm");
        // A person acts: what entitles us is another now.
        private(folder.path(), "seed", "refresh-0\n");
        assert_eq!(source.token().await.unwrap().expose(), "access-1", "{code}");
    }
}

#[tokio::test]
async fn whoever_waits_for_a_person_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.plan(folder.path());
    let source = TokenSource::new(plan.clone(), quick());
    let error = source.token().await.unwrap_err();
    assert_eq!(error, TokenError::NotGranted { account: "desk".into() });
    assert_eq!(error.to_string(), "access was never granted; run: madoguchi authorize desk");
    assert_eq!(server.asked().len(), 0);
    let waiting = tokio::spawn({
        let source = source.clone();
        async move { source.mended().await }
    });
    let given = Kept { refresh: Secret::new("refresh-0".into()), seed: None };
    Keep::new(file(&plan), owner(&plan)).save(&given).unwrap();
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap().unwrap();
    assert_eq!(source.token().await.unwrap().expose(), "access-1");
}

#[tokio::test]
async fn trouble_is_ridden_out() {
    let garbage = |text: &str| Act::Say(200, text.to_owned());
    for (name, act, why) in [
        ("500", Act::Say(500, "<html>".into()), "the token endpoint answered with status 500"),
        ("429", Act::Say(429, String::new()), "status 429"),
        ("garbage", garbage("<html>taro@example.jp"), "cannot be read"),
        ("no token", garbage("{}"), "holds no access token"),
        ("not ours", Act::Say(403, "blocked".into()), "status 403"),
        ("redirect", Act::Say(302, String::new()), "status 302"),
        ("hang-up", Act::HangUp, "does not speak HTTP"),
        ("huge", Act::Huge(1_000_000), "cut short or too large"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = TokenServer::start().await;
        for _ in 0..5 {
            server.act(act.clone());
        }
        let source = TokenSource::new(server.seeded(folder.path()), quick());
        let error = source.token().await.unwrap_err();
        assert!(error.is_transient(), "{name}: {error}");
        assert!(error.to_string().contains(why) && !error.to_string().contains("taro"), "{name}: {error}");
        assert_eq!(server.asked().len(), 3, "{name}: a few attempts, then the asker is told");
        assert!(source.token().await.is_err_and(|again| again == error), "{name}: asked of nobody");
        // After the pause: two more failures, and the third attempt is answered.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(400)).await;
        tokio::time::resume();
        let token = source.token().await;
        assert_eq!(token.unwrap().expose(), "access-1", "{name}");
        assert_eq!(server.asked().len(), 6, "{name}");
    }
}

#[tokio::test]
async fn an_endpoint_that_asks_us_to_stay_away_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    server.act(Act::SayLater(503, 120));
    let source = TokenSource::new(server.seeded(folder.path()), quick());
    for _ in 0..5 {
        assert!(source.token().await.unwrap_err().is_transient());
    }
    assert_eq!(server.asked().len(), 1);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(121)).await;
    tokio::time::resume();
    assert!(source.token().await.is_ok());
}

#[tokio::test]
async fn an_endpoint_that_is_slow_or_gone_costs_a_limited_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    server.act(Act::Wait);
    let pace = Pace { within: Duration::from_millis(200), attempts: 1, ..quick() };
    let slow = TokenSource::new(server.seeded(folder.path()), pace).token().await.unwrap_err();
    assert_eq!(slow.to_string(), "no access token for now: the token endpoint gave no answer in time");
    let plan = server.seeded(folder.path());
    drop(server);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/token", listener.local_addr().unwrap());
    drop(listener);
    let gone = Plan { token_url: Some(nobody.parse().unwrap()), ..plan };
    let gone = TokenSource::new(gone, pace).token().await.unwrap_err();
    assert_eq!(gone.to_string(), "no access token for now: the token endpoint cannot be reached");
}

#[tokio::test]
async fn a_service_account_signs_for_its_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = Plan { user: "info@corp.example".into(), ..server.service(folder.path(), SERVICE_KEY) };
    let token = TokenSource::new(plan, quick()).token().await.unwrap();
    assert_eq!(server.user_of(token.expose()).as_deref(), Some("info@corp.example"));

    let strange = TokenSource::new(server.service(folder.path(), STRANGE_KEY), quick());
    let error = strange.token().await.unwrap_err().to_string();
    assert!(error.contains("(invalid_grant); check that the mailbox exists"), "{error}");
    server.refuse("unauthorized_client");
    let denied = TokenSource::new(server.service(folder.path(), SERVICE_KEY), quick());
    let error = denied.token().await.unwrap_err().to_string();
    assert!(error.contains("domain-wide delegation"), "{error}");

    let plan = server.service(folder.path(), SERVICE_KEY);
    let key = folder.path().join("service.json");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&key, open).unwrap();
    let error = TokenSource::new(plan, quick()).token().await.unwrap_err();
    assert!(error.to_string().contains("can be read by others (mode 644)"), "{error}");
}

#[tokio::test]
async fn a_client_may_act_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let scopes = vec!["https://outlook.office365.com/.default".to_owned()];
    let plan = Plan { grant: Grant::ClientCredentials, scopes, ..server.plan(folder.path()) };
    assert_eq!(TokenSource::new(plan.clone(), quick()).token().await.unwrap().expose(), "access-1");
    private(folder.path(), "client-secret", "wrong");
    let error = TokenSource::new(plan, quick()).token().await.unwrap_err().to_string();
    assert!(error.contains("secrets of Microsoft expire"), "{error}");
}

/// Starts to authorise, and hands out the page that a person sees.
async fn begin(
    plan: &Plan,
    pasted: mpsc::UnboundedReceiver<String>,
) -> (Url, tokio::task::JoinHandle<Result<(), AuthorizeError>>) {
    let (sender, mut pages) = mpsc::unbounded_channel();
    let plan = plan.clone();
    let task = tokio::spawn(async move {
        let show = move |prompt: &Prompt| {
            let Prompt::Browser { url, .. } = prompt else { panic!("a page") };
            sender.send(url.clone()).unwrap();
        };
        by_browser(&plan, 0, show, pasted).await
    });
    (pages.recv().await.unwrap(), task)
}

#[tokio::test]
async fn a_person_says_yes_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.plan(folder.path());
    let (_terminal, pasted) = mpsc::unbounded_channel();
    let (page, waiting) = begin(&plan, pasted).await;
    assert!(page.as_str().starts_with(server.url("authorize").as_str()), "{page}");
    let back = server.consent(&page);
    let elsewhere = back.as_str().replace("/?", "/favicon.ico?");
    assert!(browse(&elsewhere).await.starts_with("HTTP/1.1 404"));
    let forged = back.as_str().replace("state=", "state=x");
    assert!(browse(&forged).await.starts_with("HTTP/1.1 400"));
    let seen = browse(back.as_str()).await;
    assert!(seen.starts_with("HTTP/1.1 200") && seen.contains("has been granted access"), "{seen}");
    assert!(
        seen.contains("referrer-policy: no-referrer") && seen.contains("cache-control: no-store"),
        "{seen}"
    );
    waiting.await.unwrap().unwrap();
    assert_eq!(kept(&plan).as_deref(), Some("refresh-2"));
    assert_eq!(mode(&file(&plan)), 0o600);
    assert_eq!(TokenSource::new(plan, quick()).token().await.unwrap().expose(), "access-3");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn an_address_from_a_browser_elsewhere_can_be_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.seeded(folder.path());
    // A configured token that is no longer good gives way to what a person said now.
    private(folder.path(), "seed", "stale");
    let (terminal, pasted) = mpsc::unbounded_channel();
    let (page, waiting) = begin(&plan, pasted).await;
    terminal.send("yes?".into()).unwrap();
    terminal.send(server.consent(&page).to_string()).unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(kept(&plan).as_deref(), Some("refresh-2"));
    assert_eq!(TokenSource::new(plan, quick()).token().await.unwrap().expose(), "access-3");
    assert_eq!(handed_in(&server), ["refresh-2"]);
}

#[tokio::test]
async fn a_no_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.plan(folder.path());
    let (_terminal, pasted) = mpsc::unbounded_channel();
    let (page, waiting) = begin(&plan, pasted).await;
    let back = server.consent(&page).to_string();
    let denied = back.split("&code=").next().unwrap().to_owned() + "&error=access_denied";
    assert!(browse(&denied).await.contains("was not granted"));
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "access was not granted (access_denied)");

    let (_terminal, pasted) = mpsc::unbounded_channel();
    let (page, waiting) = begin(&plan, pasted).await;
    server.refuse("invalid_grant");
    browse(server.consent(&page).as_str()).await;
    assert!(matches!(waiting.await.unwrap(), Err(AuthorizeError::Token(TokenError::Withdrawn { .. }))));

    let (_terminal, pasted) = mpsc::unbounded_channel();
    let (page, waiting) = begin(&plan, pasted).await;
    server.act(Act::Say(200, r#"{"access_token":"a","token_type":"Bearer"}"#.into()));
    browse(server.consent(&page).as_str()).await;
    let error = waiting.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("gave no refresh token"), "{error}");
    assert_eq!(kept(&plan), None);

    let service = server.service(folder.path(), SERVICE_KEY);
    let (_terminal, pasted) = mpsc::unbounded_channel();
    let error = by_browser(&service, 0, |_| (), pasted).await.unwrap_err();
    assert!(matches!(error, AuthorizeError::Impossible(_)), "{error}");
}

#[tokio::test]
async fn a_code_can_be_typed_on_another_device() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.plan(folder.path());
    let shown = Arc::new(Mutex::new(Vec::new()));
    let show = |prompt: &Prompt| shown.lock().unwrap().push(prompt.clone());
    // The device's own answer comes first.
    let device = serde_json::json!({ "device_code": "device-1", "user_code": "WDJB-MJHT", "interval": 0,
        "verification_url": "https://example.com/device" });
    server.act(Act::Say(200, device.to_string()));
    server.refuse("authorization_pending");
    server.refuse("authorization_pending");
    by_device(&plan, show).await.unwrap();
    let expected = Prompt::Device { url: "https://example.com/device".into(), code: "WDJB-MJHT".into() };
    assert_eq!(*shown.lock().unwrap(), [expected]);
    assert_eq!(server.asked().len(), 4);
    assert_eq!(kept(&plan).as_deref(), Some("refresh-1"));

    for (code, said) in [
        ("access_denied", "access was not granted (access_denied)"),
        ("authorization_declined", "access was not granted (authorization_declined)"),
        ("expired_token", "nobody answered within 15 minutes"),
    ] {
        server.act(Act::Say(200, device.to_string()));
        server.refuse(code);
        assert_eq!(by_device(&plan, |_| ()).await.unwrap_err().to_string(), said);
    }
    server.act(Act::Say(200, r#"{"device_code":"d","user_code":"\u001b[2J","verification_uri":"x"}"#.into()));
    let error = by_device(&plan, |_| panic!("nothing to show")).await.unwrap_err().to_string();
    assert!(error.contains("names no code"), "{error}");
    let google = Plan { device_url: None, provider: madoguchi::oauth::Provider::Google, ..plan };
    let error = by_device(&google, |_| ()).await.unwrap_err().to_string();
    assert!(error.starts_with("Google grants no access to mail by device"), "{error}");
}
