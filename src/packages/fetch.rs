//! Downloads: tried again with growing breaks, kept in the cache, taken from there when the other
//! side cannot be reached.

use std::time::Duration;

use super::cache::Cache;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{DepsEvent, Event, Sink};
use crate::system::{NetworkError, NetworkFailure, Request, System};

/// How often a download is tried again.
const RETRIES: u32 = 5;
/// How often it is tried when there is another way, or nobody at the other end.
const FEW_RETRIES: u32 = 2;
/// The first break; each is twice as long as the one before.
const BREAK: Duration = Duration::from_millis(100);
/// How long the index may say nothing.
pub(super) const INDEX_PATIENCE: Duration = Duration::from_secs(30);

/// What reaches out.
#[derive(Clone, Copy)]
pub(super) struct Fetcher<'a> {
    pub(super) system: &'a dyn System,
    pub(super) cache: &'a Cache<'a>,
    pub(super) sink: &'a dyn Sink,
}

/// A file to get.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) url: &'a str,
    pub(super) patience: Duration,
    pub(super) limit: u64,
}

/// Reads what was downloaded; `Err` says what is wrong with it.
pub(super) type Read<'a, T> = &'a dyn Fn(&[u8]) -> Result<T, String>;

impl Fetcher<'_> {
    /// How long the other side of a download may say nothing: `DBT_HTTP_TIMEOUT`, in seconds.
    pub(super) fn patience(&self) -> Duration {
        let set = self.system.env("DBT_HTTP_TIMEOUT");
        let set = set.and_then(|it| it.trim().parse::<f64>().ok());
        let seconds = set.filter(|it| it.is_finite() && *it > 0.0);
        Duration::from_secs_f64(seconds.unwrap_or(10.0).min(86_400.0))
    }

    /// Gets a file whose content never changes: from the cache, if it is there.
    pub(super) fn fixed<T>(&self, wanted: Wanted<'_>, read: Read<'_, T>) -> Result<T, Diagnostic> {
        let kept = self.cache.get(wanted.url);
        match kept.and_then(|content| read(&content).ok()) {
            Some(value) => Ok(value),
            None => self.fresh(wanted, read),
        }
    }

    /// Gets a file as it is at the moment; the last known content if nobody can be reached.
    pub(super) fn fresh<T>(&self, wanted: Wanted<'_>, read: Read<'_, T>) -> Result<T, Diagnostic> {
        let kept = self.cache.get(wanted.url);
        let kept = kept.and_then(|content| read(&content).ok());
        match (self.download(wanted, read, kept.is_some()), kept) {
            (Ok(value), _) => Ok(value),
            (Err(failure), Some(value)) if failure.offline || failure.busy => {
                let shown = shown(wanted.url);
                let text = format!("{shown} cannot be reached: the copy in the cache is used");
                self.sink.emit(Event::Note(text));
                Ok(value)
            }
            (Err(failure), _) => Err(failure.finding),
        }
    }

    fn download<T>(
        &self,
        wanted: Wanted<'_>,
        read: Read<'_, T>,
        has_other: bool,
    ) -> Result<T, Failure> {
        let mut attempt = 0;
        loop {
            let failure = match self.once(wanted, read) {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let retries = match has_other || failure.offline || failure.garbled {
                true => FEW_RETRIES,
                false => RETRIES,
            };
            if !failure.passing || attempt >= retries {
                return Err(failure);
            }
            let reason = failure.finding.message.clone();
            self.sink.emit(Event::Deps(DepsEvent::Retrying {
                reason,
                attempt: attempt + 1,
                retries,
            }));
            self.system.pause(BREAK * 2_u32.saturating_pow(attempt));
            attempt += 1;
        }
    }

    fn once<T>(&self, wanted: Wanted<'_>, read: Read<'_, T>) -> Result<T, Failure> {
        let request = Request {
            url: wanted.url,
            patience: wanted.patience,
            limit: wanted.limit,
        };
        let shown = shown(wanted.url);
        self.sink
            .emit(Event::Deps(DepsEvent::Request(shown.clone())));
        let response = self.system.get(&request);
        let response = response.map_err(|error| Failure::of(&shown, &error))?;
        self.sink.emit(Event::Deps(DepsEvent::Response {
            url: shown.clone(),
            status: response.status,
        }));
        if !(200..300).contains(&response.status) {
            return Err(Failure::status(&shown, response.status));
        }
        let value = read(&response.body).map_err(|reason| Failure::content(&shown, &reason))?;
        self.cache.put(wanted.url, &response.body);
        Ok(value)
    }
}

/// Why a download failed.
struct Failure {
    finding: Diagnostic,
    /// Whether it may work the next time.
    passing: bool,
    /// Whether nobody answered.
    offline: bool,
    /// Whether the answer was that there is none now.
    busy: bool,
    /// Whether the answer was no use.
    garbled: bool,
}

impl Failure {
    fn new(message: String, help: &str) -> Self {
        Self {
            finding: Diagnostic::error(Code::UnreachablePackage, message).help(help),
            passing: false,
            offline: false,
            busy: false,
            garbled: false,
        }
    }

    fn of(shown: &str, error: &NetworkError) -> Self {
        match error.kind {
            NetworkFailure::Unreachable => Self {
                passing: true,
                offline: true,
                ..Self::new(
                    format!("{shown} cannot be reached: {error}"),
                    "look whether this machine is online, and whether it needs a proxy \
                     (HTTPS_PROXY); DBT_PACKAGE_HUB_URL names another index, and `local:` a folder",
                )
            },
            NetworkFailure::Interrupted => Self {
                passing: true,
                offline: true,
                ..Self::new(
                    format!("{shown} does not answer: {error}"),
                    "try again later; DBT_HTTP_TIMEOUT gives downloads more seconds",
                )
            },
            NetworkFailure::Refused => Self::new(
                format!("{shown} cannot be asked: {error}"),
                "look at the address; REQUESTS_CA_BUNDLE names a file of certificates to trust",
            ),
            NetworkFailure::TooLarge => Self::new(
                format!("{shown} is too large: {error}"),
                "look at the address: packages are small",
            ),
        }
    }

    fn status(shown: &str, status: u16) -> Self {
        let passing = status >= 500 || matches!(status, 408 | 429);
        let help = match status {
            401 | 403 => "look at the user and password, or the token, in the address",
            404 | 410 => "look at the address",
            _ => "try again later",
        };
        Self {
            passing,
            busy: passing,
            ..Self::new(format!("{shown} answers with status {status}"), help)
        }
    }

    fn content(shown: &str, reason: &str) -> Self {
        Self {
            passing: true,
            garbled: true,
            ..Self::new(
                format!("{shown} is not what it should be: {reason}"),
                "look at the address: a web page stands there, or half a file",
            )
        }
    }
}

/// Returns an address without the password in it.
pub(super) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match host.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => url.to_owned(),
    }
}
