//! `authorize`: a person says yes, once, that we may sign in.

use std::path::Path;

use serde_json::json;
use tokio::sync::mpsc;

use super::out;
use crate::config::{self, Config, SignIn};
use crate::exit::Exit;
use crate::oauth::authorize::{self, AuthorizeError, Prompt};
use crate::oauth::{Grant, Plan};

/// Let a person grant access to a mailbox by OAuth 2, once
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi authorize reservation1            open the printed address, say yes
  madoguchi authorize reservation1 --device   type a code on another device
                                              (Microsoft; Google does not offer
                                              this for mail)
  madoguchi authorize --smtp                  where [smtp] has an oauth of its own

The browser may run on another machine. Then either bring the port here first,
  ssh -L 8765:127.0.0.1:8765 this-machine
  madoguchi authorize reservation1 --port 8765
or copy the address at which the browser ends (a page that cannot be shown) and
paste it into the terminal.

Run it as the user that runs the daemon, for the files are private:
  sudo -u madoguchi madoguchi -c /etc/madoguchi/config.toml authorize NAME

The refresh token is kept in a file that only its owner can read and is never
printed. A running daemon that waits for it goes on within seconds.
Exits with 0 when access was granted, 1 when it was not.")]
pub(super) struct Args {
    /// The mailbox, by its name in the config.
    #[arg(required_unless_present = "smtp", conflicts_with = "smtp")]
    mailbox: Option<String>,
    /// The sending server's own oauth instead of a mailbox's.
    #[arg(long)]
    smtp: bool,
    /// Show a code to type on another device (RFC 8628).
    #[arg(long, conflicts_with = "port")]
    device: bool,
    /// The port on loopback to which the browser comes back. Default: any.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// One JSON object for each step.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    // Rules and templates may have faults: they are not what this is about.
    let config = match config::load(config) {
        Ok(config) => config,
        Err(broken) => return super::faults(&broken.faults),
    };
    let plan = match plan(&config, args) {
        Ok(plan) => plan,
        Err((why, exit)) => return out::complain(&why, exit),
    };
    let show = |prompt: &Prompt| prompt_for(prompt, args.json);
    let granted = if args.device {
        authorize::by_device(plan, show).await
    } else {
        authorize::by_browser(plan, args.port, show, typed_lines()).await
    };
    match granted {
        Ok(()) => {
            done(plan, args.json);
            Exit::Ok
        }
        Err(error) => {
            if args.json {
                out::json(&json!({ "event": "failed", "error": error.to_string() }));
            }
            out::complain(&error.to_string(), exit(&error))
        }
    }
}

/// What is typed or pasted at the terminal. A thread of its own, because nothing can end a read of stdin.
fn typed_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The plan of the account that is meant.
fn plan<'c>(config: &'c Config, args: &Args) -> Result<&'c Plan, (String, Exit)> {
    let (what, sign_in) = match &args.mailbox {
        Some(name) => {
            let found = config.mailboxes.iter().find(|mailbox| mailbox.name.as_str() == name);
            let known = || {
                config.mailboxes.iter().map(|mailbox| mailbox.name.as_str()).collect::<Vec<_>>().join(", ")
            };
            let mailbox = found.ok_or_else(|| {
                (format!("no mailbox is called {name}; there are: {}", known()), Exit::Usage)
            })?;
            (format!("mailbox {name}"), Some(&mailbox.sign_in))
        }
        None => ("[smtp]".to_owned(), config.smtp.login.as_ref().map(|login| &login.sign_in)),
    };
    match sign_in {
        Some(SignIn::OAuth(plan)) => Ok(plan),
        Some(SignIn::Password(_)) | None => {
            Err((format!("{what} has no oauth in the config; see docs/sign-in.md"), Exit::Config))
        }
    }
}

fn prompt_for(prompt: &Prompt, objects: bool) {
    match (prompt, objects) {
        (Prompt::Browser { url, port }, true) => {
            out::json(&json!({ "event": "open", "url": url.as_str(), "port": port }));
        }
        (Prompt::Browser { url, port }, false) => {
            out::note("Open this address in a browser, sign in as the mailbox and say yes:");
            out::line(url.as_str());
            out::note(&format!(
                "Waiting for the browser on 127.0.0.1:{port}. Is it on another machine? Paste the address"
            ));
            out::note("at which it ends here, and press Enter.");
        }
        (Prompt::Device { url, code }, true) => {
            out::json(&json!({ "event": "open", "url": url, "code": code }));
        }
        (Prompt::Device { url, code }, false) => {
            out::note("Open this address on any device and type the code:");
            out::line(&format!("{url}  {code}"));
            out::note("Waiting.");
        }
    }
}

fn done(plan: &Plan, objects: bool) {
    let file = match &plan.grant {
        Grant::Refresh { file, .. } => file.display().to_string(),
        Grant::ServiceAccount { .. } | Grant::ClientCredentials => String::new(),
    };
    if objects {
        out::json(&json!({ "event": "granted", "account": plan.account, "token_file": file }));
    } else {
        out::note(&format!("Access granted; kept in {file}. Try it: madoguchi check"));
    }
}

fn exit(error: &AuthorizeError) -> Exit {
    match error {
        AuthorizeError::Impossible(_) => Exit::Config,
        AuthorizeError::Denied(_) | AuthorizeError::Late => Exit::No,
        AuthorizeError::Port(_) => Exit::Failed,
        AuthorizeError::Token(error) => super::token_exit(error),
    }
}
