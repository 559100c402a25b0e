//! Signs mails as a sender's server does (RFC 6376, RFC 8463), with every freedom that a forger has too.
//!
//! Written apart from the library that verifies, so that the two do not share a mistake. Relaxed canonical forms.

use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;

/// A domain's key.
pub struct Signer {
    pub domain: String,
    pub selector: String,
    key: Key,
}

enum Key {
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

/// What a signature says beside domain and selector.
#[derive(Clone)]
pub struct Says<'a> {
    /// `h=`
    pub fields: &'a str,
    /// `t=`
    pub made: Option<i64>,
    /// `x=`
    pub ends: Option<i64>,
    /// Further tags, each with a semicolon.
    pub more: &'a str,
    /// `l=`: so many bytes of the body are hashed.
    pub length: Option<usize>,
    /// In the place of the key's own `a=`.
    pub algorithm: Option<&'a str>,
}

impl Default for Says<'_> {
    fn default() -> Self {
        let fields =
            "from:to:cc:subject:date:message-id:in-reply-to:references:mime-version:content-type:from";
        Self { fields, made: None, ends: None, more: "", length: None, algorithm: None }
    }
}

impl Signer {
    /// A key made from one byte.
    pub fn new(domain: &str, selector: &str, seed: u8) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        Self { domain: domain.into(), selector: selector.into(), key: Key::Ed25519(key) }
    }

    /// The RSA key of the tests.
    pub fn rsa(domain: &str, selector: &str) -> Self {
        let pem = include_bytes!("keys/service.pem");
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).unwrap();
        let key = Key::Rsa(Box::new(RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap()));
        Self { domain: domain.into(), selector: selector.into(), key }
    }

    /// The public key as `p=` has it.
    pub fn public(&self) -> String {
        let key = match &self.key {
            Key::Ed25519(key) => key.public_key().as_ref(),
            Key::Rsa(key) => key.public_key().as_ref(),
        };
        data_encoding::BASE64.encode(key)
    }

    /// `v=DKIM1; k=…; p=…`
    pub fn record(&self) -> String {
        let kind = if matches!(self.key, Key::Rsa(_)) { "rsa" } else { "ed25519" };
        format!("v=DKIM1; k={kind}; p={}", self.public())
    }

    /// The line of a zone file that publishes the key.
    pub fn zone(&self) -> String {
        format!("{}._domainkey.{} TXT \"{}\"\n", self.selector, self.domain, self.record())
    }

    /// The mail with a signature on top.
    pub fn sign(&self, mail: &str) -> String {
        self.sign_as(mail, &Says::default())
    }

    /// The mail with a signature on top that says this. Lines end in CRLF afterwards.
    pub fn sign_as(&self, mail: &str, says: &Says<'_>) -> String {
        let mail = mail.replace("\r\n", "\n").replace('\n', "\r\n");
        let (header, body) = mail.split_once("\r\n\r\n").unwrap();
        let mut body = relaxed_body(body);
        let mut tags = String::new();
        if let Some(length) = says.length {
            body.truncate(length);
            tags.push_str(&format!(" l={length};"));
        }
        let hash = data_encoding::BASE64.encode(digest(&SHA256, body.as_bytes()).as_ref());
        let own = if matches!(self.key, Key::Rsa(_)) { "rsa-sha256" } else { "ed25519-sha256" };
        let algorithm = says.algorithm.unwrap_or(own);
        tags.extend(says.made.map(|made| format!(" t={made};")));
        tags.extend(says.ends.map(|ends| format!(" x={ends};")));
        tags.push_str(says.more);
        let value = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={}; s={};{tags} h={}; bh={hash}; b=",
            self.domain, self.selector, says.fields
        );
        let mut signed = String::new();
        let fields = unfolded(header);
        let mut left: Vec<Option<&(String, String)>> = fields.iter().map(Some).collect();
        for name in says.fields.split(':') {
            let last = left
                .iter_mut()
                .rev()
                .find(|field| field.is_some_and(|(n, _)| name.trim().eq_ignore_ascii_case(n)));
            if let Some((name, value)) = last.and_then(Option::take) {
                signed.push_str(&format!("{name}:{value}\r\n"));
            }
        }
        signed.push_str(&format!("dkim-signature:{}", relaxed(&value)));
        let signature = match &self.key {
            Key::Ed25519(key) => key.sign(digest(&SHA256, signed.as_bytes()).as_ref()).as_ref().to_vec(),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        let signature = data_encoding::BASE64.encode(&signature);
        format!("DKIM-Signature: {value}{signature}\r\n{mail}")
    }
}

/// Names in lower case and values without needless blanks.
fn unfolded(header: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in header.split("\r\n") {
        match (line.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => *value = relaxed(&format!("{value} {line}")),
            _ => {
                let (name, value) = line.split_once(':').unwrap();
                fields.push((name.trim().to_lowercase(), relaxed(value)));
            }
        }
    }
    fields
}

fn relaxed(text: &str) -> String {
    text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn relaxed_body(body: &str) -> String {
    let line = |line: &str| {
        let mut blank = false;
        let mut out = String::new();
        for c in line.chars() {
            match c {
                ' ' | '\t' => blank = true,
                c => {
                    if blank {
                        out.push(' ');
                    }
                    blank = false;
                    out.push(c);
                }
            }
        }
        out
    };
    let lines: Vec<String> = body.split("\r\n").map(line).collect();
    let text = lines.join("\r\n");
    let text = text.trim_end_matches("\r\n");
    if text.is_empty() { String::new() } else { format!("{text}\r\n") }
}
