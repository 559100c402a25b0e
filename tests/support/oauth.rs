//! A token server on loopback: hands out tokens, checks what it is handed, and misbehaves as told.
//!
//! What is checked is checked for real: a service account's signature with the public half of its key, PKCE by hashing the
//! verifier, client and refresh token by comparison. Answers come from a script first, then from what is right. The
//! keys beside this file were made for these tests and protect nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use madoguchi::oauth::{Grant, Plan, Provider, endpoint};
use madoguchi::secret::SecretSource;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

/// The service account's key, and one that no server knows.
pub const SERVICE_KEY: &str = include_str!("keys/service.pem");
/// A key that the server does not know.
pub const STRANGE_KEY: &str = include_str!("keys/stranger.pem");
/// The service account's name.
pub const SERVICE_EMAIL: &str = "robot@project.iam.gserviceaccount.example";
/// The client's public name.
pub const CLIENT: &str = "client-1";
/// The client's secret.
pub const CLIENT_SECRET: &str = "client-secret-1";

/// What the server does with one request instead of what is right.
#[derive(Debug, Clone)]
pub enum Act {
    /// A status and a body.
    Say(u16, String),
    /// The same, and a header `Retry-After` in seconds.
    SayLater(u16, u64),
    /// Answers rightly, but not before [`TokenServer::release`].
    Wait,
    /// Reads the request and closes.
    HangUp,
    /// Says this many bytes, in a well-formed answer.
    Huge(usize),
}

/// One request: path and form.
pub type Asked = (String, BTreeMap<String, String>);

struct State {
    script: VecDeque<Act>,
    asked: Vec<Asked>,
    /// Seconds that new tokens are good for.
    lives: u64,
    /// Whom refresh tokens speak for.
    user: String,
    /// Whether each use of a refresh token replaces it.
    rotates: bool,
    refresh: BTreeSet<String>,
    /// Access tokens that are good, and whom they speak for.
    good: BTreeMap<String, String>,
    /// Codes with challenge and redirect address.
    codes: BTreeMap<String, (String, String)>,
    count: u64,
}

/// A running server.
pub struct TokenServer {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    requests: watch::Sender<usize>,
    released: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for TokenServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TokenServer {
    /// A server that knows the refresh token `refresh-0` of the user `desk`.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            script: VecDeque::new(),
            asked: Vec::new(),
            lives: 3600,
            user: "desk".to_owned(),
            rotates: false,
            refresh: BTreeSet::from(["refresh-0".to_owned()]),
            good: BTreeMap::new(),
            codes: BTreeMap::new(),
            count: 0,
        }));
        let (requests, released) = (watch::channel(0).0, watch::channel(false).0);
        let task = tokio::spawn({
            let (state, requests, released) = (Arc::clone(&state), requests.clone(), released.clone());
            async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    let (state, requests, released) =
                        (Arc::clone(&state), requests.clone(), released.clone());
                    tokio::spawn(async move {
                        let service = service_fn(move |request| {
                            answer(request, addr, Arc::clone(&state), requests.clone(), released.subscribe())
                        });
                        // A client that went away is no failure of the server.
                        let _ = hyper::server::conn::http1::Builder::new()
                            .serve_connection(TokioIo::new(tcp), service)
                            .await;
                    });
                }
            }
        });
        Self { addr, state, requests, released, task }
    }

    /// An address on this server.
    pub fn url(&self, path: &str) -> Url {
        endpoint(&format!("http://{}/{path}", self.addr)).unwrap()
    }

    /// The next request is answered so.
    pub fn act(&self, act: Act) {
        self.state.lock().unwrap().script.push_back(act);
    }

    /// The next request is refused with this code.
    pub fn refuse(&self, code: &str) {
        let body = json!({ "error": code, "error_description": "about taro@example.jp" }).to_string();
        self.act(Act::Say(400, body));
    }

    /// Tokens from now on are good for so many seconds.
    pub fn lives(&self, seconds: u64) {
        self.state.lock().unwrap().lives = seconds;
    }

    /// Tokens from now on speak for this user.
    pub fn speak_for(&self, user: &str) {
        user.clone_into(&mut self.state.lock().unwrap().user);
    }

    /// Withdraws every yes that was ever said.
    pub fn withdraw(&self) {
        let mut state = self.state.lock().unwrap();
        state.refresh.clear();
        state.good.clear();
    }

    /// From now on a refresh token is good once.
    pub fn rotate(&self) {
        self.state.lock().unwrap().rotates = true;
    }

    /// Makes every access token bad, as a password change does; refresh tokens stay good.
    pub fn expire_all(&self) {
        self.state.lock().unwrap().good.clear();
    }

    /// Lets every [`Act::Wait`] go on.
    pub fn release(&self) {
        self.released.send_replace(true);
    }

    /// Everything that was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// Waits until so many requests have come.
    pub async fn wait_for(&self, count: usize) {
        self.requests.subscribe().wait_for(|requests| *requests >= count).await.unwrap();
    }

    /// Whom an access token speaks for, while it is good.
    pub fn user_of(&self, token: &str) -> Option<String> {
        self.state.lock().unwrap().good.get(token).cloned()
    }

    /// What a browser does: shows the page, and goes where the server sends it after a yes.
    pub fn consent(&self, page: &Url) -> Url {
        let asked: BTreeMap<String, String> = page.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        let mut state = self.state.lock().unwrap();
        state.count += 1;
        let code = format!("code/{}", state.count);
        let known = (asked["code_challenge"].clone(), asked["redirect_uri"].clone());
        state.codes.insert(code.clone(), known);
        let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
        back.query_pairs_mut().append_pair("state", &asked["state"]).append_pair("code", &code);
        back
    }

    /// Lines of configuration by which Dovecot takes this server's tokens. `folder` has to be open to everybody.
    pub fn for_dovecot(&self, folder: &Path) -> String {
        let file = folder.join("oauth2.conf");
        let introspect = self.url("introspect");
        let text = format!(
            "introspection_url = {introspect}\nintrospection_mode = post\nusername_attribute = username\n\
             active_attribute = active\nactive_value = true\n"
        );
        std::fs::write(&file, text).unwrap();
        format!(
            "auth_mechanisms = plain login xoauth2 oauthbearer\npassdb {{\n  driver = oauth2\n  \
             mechanisms = xoauth2 oauthbearer\n  args = {}\n}}\n",
            file.display()
        )
    }

    /// How an account of an installed app gets its tokens here; the refresh token is kept in `folder`.
    pub fn plan(&self, folder: &Path) -> Plan {
        Plan {
            account: "desk".into(),
            user: "desk".into(),
            provider: Provider::Other,
            grant: Grant::Refresh { file: folder.join("oauth").join("desk.json"), seed: None },
            client_id: CLIENT.into(),
            client_secret: Some(private(folder, "client-secret", CLIENT_SECRET)),
            scopes: vec!["mail".into(), "offline".into()],
            token_url: Some(self.url("token")),
            authorize_url: Some(self.url("authorize")),
            device_url: Some(self.url("device")),
            ca_file: None,
            mechanism: None,
        }
    }

    /// The same with a refresh token to begin with.
    pub fn seeded(&self, folder: &Path) -> Plan {
        let plan = self.plan(folder);
        let Grant::Refresh { file, .. } = plan.grant else { unreachable!("an installed app") };
        let seed = Some(private(folder, "seed", "refresh-0"));
        Plan { grant: Grant::Refresh { file, seed }, ..plan }
    }

    /// How a service account gets its tokens here.
    pub fn service(&self, folder: &Path, key: &str) -> Plan {
        let key = json!({
            "type": "service_account",
            "client_email": SERVICE_EMAIL,
            "private_key_id": "key-1",
            "private_key": key,
            "token_uri": self.url("token").as_str(),
        });
        let key = private(folder, "service.json", &serde_json::to_string_pretty(&key).unwrap());
        Plan {
            grant: Grant::ServiceAccount { key },
            client_id: String::new(),
            client_secret: None,
            token_url: None,
            provider: Provider::Google,
            ..self.plan(folder)
        }
    }
}

/// Goes to an address on loopback as a browser does; what came back, headers included.
pub async fn browse(address: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let url = Url::parse(address).unwrap();
    let host = (url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

/// A file that only its owner can read.
pub fn private(folder: &Path, name: &str, text: &str) -> SecretSource {
    use std::os::unix::fs::PermissionsExt;
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    SecretSource::File(path)
}

async fn answer(
    request: Request<Incoming>,
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    requests: watch::Sender<usize>,
    mut released: watch::Receiver<bool>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let body =
        request.into_body().collect().await.unwrap_or_else(|_: hyper::Error| unreachable!("read whole"));
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body.to_bytes()).into_owned().collect();
    if path == "introspect" {
        return Ok(reply(200, &introspection(&state.lock().unwrap(), &form)));
    }
    let act = {
        let mut state = state.lock().unwrap();
        state.asked.push((path.clone(), form.clone()));
        state.script.pop_front()
    };
    requests.send_modify(|count| *count += 1);
    match act {
        Some(Act::Say(status, text)) => return Ok(raw(status, text.into_bytes())),
        Some(Act::SayLater(status, seconds)) => {
            let mut response = raw(status, Vec::new());
            response.headers_mut().insert("retry-after", seconds.into());
            return Ok(response);
        }
        Some(Act::Wait) => drop(released.wait_for(|released| *released).await),
        Some(Act::HangUp) => return Err(std::io::Error::other("told to hang up")),
        Some(Act::Huge(bytes)) => {
            let text = json!({ "access_token": "a", "padding": "x".repeat(bytes) }).to_string();
            return Ok(raw(200, text.into_bytes()));
        }
        None => {}
    }
    let mut state = state.lock().unwrap();
    Ok(match path.as_str() {
        "token" => match grant(&mut state, addr, &form) {
            Ok(answer) => reply(200, &answer),
            Err(code) => reply(400, &json!({ "error": code })),
        },
        "device" => reply(
            200,
            &json!({ "device_code": "device-1", "user_code": "WDJB-MJHT", "interval": 0, "expires_in": 900,
                "verification_uri": "https://example.com/device" }),
        ),
        _ => raw(404, Vec::new()),
    })
}

fn reply(status: u16, value: &Value) -> Response<Full<Bytes>> {
    raw(status, value.to_string().into_bytes())
}

fn raw(status: u16, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap();
    response
}

/// RFC 7662, as Dovecot asks it.
fn introspection(state: &State, form: &BTreeMap<String, String>) -> Value {
    match form.get("token").and_then(|token| state.good.get(token)) {
        Some(user) => json!({ "active": true, "username": user }),
        None => json!({ "active": false }),
    }
}

fn grant(
    state: &mut State,
    addr: SocketAddr,
    form: &BTreeMap<String, String>,
) -> Result<Value, &'static str> {
    let field = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
    let kind = field("grant_type");
    let is_client = field("client_id") == CLIENT && field("client_secret") == CLIENT_SECRET;
    if kind != "urn:ietf:params:oauth:grant-type:jwt-bearer" && !is_client {
        return Err("invalid_client");
    }
    let mut user = state.user.clone();
    let mut refresh = None;
    match kind {
        "refresh_token" => {
            let given = field("refresh_token");
            if !state.refresh.contains(given) {
                return Err("invalid_grant");
            }
            if state.rotates {
                state.refresh.remove(given);
                refresh = Some(());
            }
        }
        "authorization_code" => {
            let (challenge, back) = state.codes.remove(field("code")).ok_or("invalid_grant")?;
            let hashed = BASE64URL_NOPAD.encode(&Sha256::digest(field("code_verifier").as_bytes()));
            if hashed != challenge || back != field("redirect_uri") || field("code_verifier").len() < 43 {
                return Err("invalid_grant");
            }
            refresh = Some(());
        }
        "urn:ietf:params:oauth:grant-type:device_code" => {
            if field("device_code") != "device-1" {
                return Err("invalid_grant");
            }
            refresh = Some(());
        }
        "client_credentials" => {
            if field("scope") != "https://outlook.office365.com/.default" {
                return Err("invalid_scope");
            }
        }
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
            user = speaks_for(field("assertion"), &format!("http://{addr}/token")).ok_or("invalid_grant")?;
        }
        _ => return Err("unsupported_grant_type"),
    }
    state.count += 1;
    let access = format!("access-{}", state.count);
    state.good.insert(access.clone(), user);
    let mut answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": state.lives });
    if refresh.is_some() {
        let next = format!("refresh-{}", state.count);
        state.refresh.insert(next.clone());
        answer["refresh_token"] = json!(next);
    }
    Ok(answer)
}

/// Whom a service account's statement speaks for, when everything about it is right.
fn speaks_for(assertion: &str, audience: &str) -> Option<String> {
    let (message, signature) = assertion.rsplit_once('.')?;
    let der = PrivatePkcs8KeyDer::from_pem_slice(SERVICE_KEY.as_bytes()).unwrap();
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public().as_ref());
    public.verify(message.as_bytes(), &BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?).ok()?;
    let (header, claims) = message.split_once('.')?;
    let read = |part: &str| -> Option<Value> {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).ok()?).ok()
    };
    let (header, claims) = (read(header)?, read(claims)?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let (issued, ends) = (claims["iat"].as_u64()?, claims["exp"].as_u64()?);
    let right = header == json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" })
        && claims["iss"] == SERVICE_EMAIL
        && claims["aud"] == audience
        && claims["scope"] == "mail offline"
        && issued <= now
        && (now..=issued + 3600).contains(&ends);
    right.then(|| claims["sub"].as_str().map(str::to_owned))?
}
