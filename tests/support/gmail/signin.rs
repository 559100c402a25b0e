//! Signing in: LOGIN and AUTHENTICATE with passwords (app passwords at Google) and OAuth tokens.
//!
//! Sources: "OAuth 2.0 Mechanism" (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>): the SASL
//! string, the base64 JSON after a refused token, the empty line that the client answers. OAUTHBEARER: RFC 7628.
//! Words of refusals as published in logs: <https://github.com/google/gmail-oauth2-tools/issues/78> (invalid
//! credentials), <https://github.com/jstedfast/MailKit/issues/377> (connections). The limit of 15:
//! <https://support.google.com/mail/answer/7126229>. Never writes a secret anywhere.

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};

use super::command::{Arg, Command};
use super::session::{Answer, Line, No, Session};

const INVALID: &str = "[AUTHENTICATIONFAILED] Invalid credentials (Failure)";
/// What Google sends after a token it does not take.
const STATUS: &str = r#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#;

impl Session {
    pub(super) fn login(&mut self, command: &Command) -> Result<Answer, No> {
        let [user, password] = command.args.as_slice() else {
            return Err(No::bad("Could not parse command"));
        };
        let (user, password) = (user.text().unwrap_or_default(), password.text().unwrap_or_default());
        self.enter(&user, password == format!("pass-{user}"), false)
    }

    /// Lets a user in whose secret was right or not.
    fn enter(&mut self, user: &str, right: bool, by_token: bool) -> Result<Answer, No> {
        let number = self.number;
        self.shared.act(|world| {
            if !right || !world.accounts.contains_key(user) {
                return Err(No::because(INVALID));
            }
            if !world.options.imap_enabled {
                return Err(No::because(
                    "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and \
                     enable your account for IMAP access. (Failure)",
                ));
            }
            let theirs = world.sessions.values().filter(|one| one.user.as_deref() == Some(user)).count();
            if theirs >= world.options.connections {
                return Err(No::because("[ALERT] Too many simultaneous connections. (Failure)"));
            }
            if let Some(session) = world.sessions.get_mut(&number) {
                session.user = Some(user.to_owned());
                session.by_token = by_token;
            }
            Ok(())
        })?;
        self.user = Some(user.to_owned());
        Ok(Answer::with(self.capabilities(true), &format!("{user} authenticated (Success)")))
    }

    pub(super) async fn authenticate<S: Line>(
        &mut self,
        stream: &mut BufStream<S>,
        command: &Command,
    ) -> std::io::Result<()> {
        let mechanism = command.args.first().map(Arg::word).unwrap_or_default();
        let known = matches!(mechanism.as_str(), "PLAIN" | "XOAUTH2" | "OAUTHBEARER");
        let answer = if self.user.is_some() || !known {
            Err(No::bad("Unknown SASL mechanism"))
        } else {
            // SASL-IR (RFC 4959): the response may stand in the command itself.
            let response = match command.args.get(1).and_then(Arg::text) {
                Some(response) => response,
                None => self.ask(stream, "").await?,
            };
            let asked = BASE64.decode(response.trim().as_bytes()).unwrap_or_default();
            let asked = String::from_utf8_lossy(&asked).into_owned();
            if mechanism == "PLAIN" { self.plain(&asked) } else { self.token_sign_in(stream, &asked).await? }
        };
        let tag = &command.tag;
        let out = match answer {
            Ok(answer) => [answer.untagged, format!("{tag} OK {}\r\n", answer.words).into_bytes()].concat(),
            Err(no) => format!("{tag} {}\r\n", no.0).into_bytes(),
        };
        stream.write_all(&out).await
    }

    async fn ask<S: Line>(&self, stream: &mut BufStream<S>, text: &str) -> std::io::Result<String> {
        stream.write_all(format!("+ {text}\r\n").as_bytes()).await?;
        stream.flush().await?;
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line)
    }

    fn plain(&mut self, response: &str) -> Result<Answer, No> {
        let mut parts = response.split('\0').skip(1);
        let (user, password) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.enter(user, password == format!("pass-{user}"), false)
    }

    /// `user=…^Aauth=Bearer …^A^A`, or `n,a=…,^Ahost=…^Aport=…^Aauth=Bearer …^A^A`.
    async fn token_sign_in<S: Line>(
        &mut self,
        stream: &mut BufStream<S>,
        response: &str,
    ) -> std::io::Result<Result<Answer, No>> {
        let field = |name: &str| response.split('\u{1}').find_map(|part| part.strip_prefix(name));
        let user = field("user=")
            .or_else(|| response.split(',').find_map(|part| part.strip_prefix("a=")))
            .unwrap_or_default()
            .to_owned();
        let token = field("auth=Bearer ").unwrap_or_default();
        let good =
            self.shared.lock().accounts.get(&user).is_some_and(|account| account.tokens.contains(token));
        if !good {
            self.ask(stream, &BASE64.encode(STATUS.as_bytes())).await?;
        }
        Ok(self.enter(&user, good, true))
    }
}
