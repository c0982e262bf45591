//! Requests over HTTP, as plain data.

use std::time::Duration;

/// A file to get.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Its address.
    pub url: &'a str,
    /// How long the other side may say nothing.
    pub patience: Duration,
    /// How many bytes it may have.
    pub limit: u64,
}

/// Something to hand in.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// The address.
    pub url: &'a str,
    /// Names and values of headers.
    pub headers: &'a [(String, String)],
    /// The content.
    pub body: &'a [u8],
    /// How long it may take as a whole.
    pub patience: Duration,
}

/// How a connection to a mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// Not at all.
    None,
    /// After the first words.
    StartTls,
    /// From the beginning.
    Tls,
}

/// A mail, and the server that takes it.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// The server.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: MailSecurity,
    /// User and password.
    pub login: Option<(&'a str, &'a str)>,
    /// Who writes.
    pub from: &'a str,
    /// To whom.
    pub to: &'a [String],
    /// In a few words.
    pub subject: &'a str,
    /// In all words.
    pub text: &'a str,
    /// What tells it from all others, as `<…@…>`.
    pub message_id: &'a str,
    /// How long the server may say nothing.
    pub patience: Duration,
}

/// What a server answers, redirects followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP's number: 200, 404 …
    pub status: u16,
    /// The content.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NetworkError {
    /// What kind of failure.
    pub kind: NetworkFailure,
    /// The words of the library or the operating system.
    pub reason: String,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkFailure {
    /// The host has no address, or nobody listens there: this machine may be offline.
    Unreachable,
    /// The connection broke, or the other side was silent for too long.
    Interrupted,
    /// The request itself is no use: a wrong address, a certificate that nobody vouches for.
    Refused,
    /// The answer is larger than allowed.
    TooLarge,
}
