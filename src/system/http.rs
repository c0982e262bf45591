//! HTTP on the real system. The environment says which proxy to take (`HTTPS_PROXY`, `ALL_PROXY`,
//! `NO_PROXY` …) and which certificates to trust.

#![allow(clippy::disallowed_methods)]

use std::io::{ErrorKind, Read};
use std::sync::OnceLock;

use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::network::{Handed, NetworkError, NetworkFailure, Request, Response};

/// Variables that name a file of certificates, as Python's and curl's clients read them.
const CERTIFICATES: [&str; 3] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];

/// How much is read of an answer to what was handed in.
const ANSWER: u64 = 1 << 16;

/// Gets a file.
pub(super) fn get(request: &Request<'_>) -> Result<Response, NetworkError> {
    let agent = agent()?;
    let asked = agent
        .get(request.url)
        .config()
        .timeout_connect(Some(request.patience))
        .timeout_recv_response(Some(request.patience))
        .timeout_per_read(Some(request.patience))
        .build();
    let response = asked.call().map_err(|error| failure(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut reader = response.into_body().into_reader().take(request.limit + 1);
    if let Err(error) = reader.read_to_end(&mut body) {
        return Err(NetworkError {
            kind: NetworkFailure::Interrupted,
            reason: error.to_string(),
        });
    }
    if body.len() as u64 > request.limit {
        return Err(NetworkError {
            kind: NetworkFailure::TooLarge,
            reason: format!("more than {} bytes", request.limit),
        });
    }
    Ok(Response { status, body })
}

/// Hands something in. Of an answer that is there, a part that comes too late is left out.
pub(super) fn post(handed: &Handed<'_>) -> Result<Response, NetworkError> {
    let agent = agent()?;
    let mut asked = agent
        .post(handed.url)
        .config()
        .timeout_global(Some(handed.patience))
        .build();
    for (name, value) in handed.headers {
        asked = asked.header(name, value);
    }
    let response = asked.send(handed.body).map_err(|error| failure(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut reader = response.into_body().into_reader().take(ANSWER);
    // What was handed in is there already.
    let _ = reader.read_to_end(&mut body);
    Ok(Response { status, body })
}

/// One agent for all requests: connections are kept.
fn agent() -> Result<Agent, NetworkError> {
    static AGENT: OnceLock<Result<Agent, NetworkError>> = OnceLock::new();
    AGENT.get_or_init(make).clone()
}

fn make() -> Result<Agent, NetworkError> {
    let tls = TlsConfig::builder().root_certs(certificates()?).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .user_agent(concat!("dsql/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(config.new_agent())
}

/// Reads the file of certificates that the environment names, and says how it does; none where it names none.
pub(super) fn named_certificates() -> Result<Option<(String, Vec<u8>)>, NetworkError> {
    let named = CERTIFICATES
        .iter()
        .find_map(|name| Some((name, std::env::var(name).ok().filter(|it| !it.is_empty())?)));
    let Some((name, path)) = named else {
        return Ok(None);
    };
    let named = format!("{name}={path}");
    match std::fs::read(&path) {
        Ok(text) => Ok(Some((named, text))),
        Err(error) => Err(NetworkError {
            kind: NetworkFailure::Refused,
            reason: format!("{named}: {error}"),
        }),
    }
}

/// Reads the certificates that the environment names; otherwise those that come with the library.
fn certificates() -> Result<RootCerts, NetworkError> {
    let Some((named, text)) = named_certificates()? else {
        return Ok(RootCerts::WebPki);
    };
    let refused = |reason: String| NetworkError {
        kind: NetworkFailure::Refused,
        reason: format!("{named}: {reason}"),
    };
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|it| refused(it.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(refused("there is no certificate in it".to_owned()));
    }
    Ok(RootCerts::from(found))
}

fn failure(error: &ureq::Error) -> NetworkError {
    use NetworkFailure::{Interrupted, Refused, Unreachable};
    let kind = match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Unreachable,
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => Unreachable,
        ureq::Error::Timeout(_) | ureq::Error::Protocol(_) => Interrupted,
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable => Unreachable,
            ErrorKind::InvalidData | ErrorKind::InvalidInput => Refused,
            // What the standard library says of a name without an address has no kind.
            _ if error.to_string().contains("lookup address") => Unreachable,
            _ => Interrupted,
        },
        _ => Refused,
    };
    NetworkError {
        kind,
        reason: error.to_string(),
    }
}
