//! Mail on the real system, by SMTP. The environment says which certificates to trust, as for HTTP.

#![allow(clippy::disallowed_methods)]

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Message, SmtpTransport, Transport};

use super::http::named_certificates;
use super::network::{Mail, MailSecurity, NetworkError, NetworkFailure};

/// Sends a mail.
pub(super) fn send(mail: &Mail<'_>) -> Result<(), NetworkError> {
    let message = message(mail)?;
    let tls = match mail.security {
        MailSecurity::None => Tls::None,
        MailSecurity::StartTls => Tls::Required(parameters(mail)?),
        MailSecurity::Tls => Tls::Wrapper(parameters(mail)?),
    };
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    let mut builder = SmtpTransport::builder_dangerous(mail.host)
        .port(mail.port)
        .tls(tls)
        .hello_name(ClientId::Domain(host))
        .timeout(Some(mail.patience));
    if let Some((user, password)) = mail.login {
        let login = Credentials::new(user.to_owned(), password.to_owned());
        builder = builder.credentials(login);
    }
    let sent = builder.build().send(&message);
    sent.map(|_| ()).map_err(|error| NetworkError {
        kind: match error.is_permanent() {
            true => NetworkFailure::Refused,
            false => NetworkFailure::Interrupted,
        },
        reason: whole(&error),
    })
}

/// Tells whether a text is an address: `ann@example.com`, `Ann <ann@example.com>`.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

fn message(mail: &Mail<'_>) -> Result<Message, NetworkError> {
    let mut builder = Message::builder()
        .from(address(mail.from)?)
        .subject(mail.subject)
        .message_id(Some(mail.message_id.to_owned()))
        .header(ContentType::TEXT_PLAIN);
    for to in mail.to {
        builder = builder.to(address(to)?);
    }
    builder.body(mail.text.to_owned()).map_err(refused)
}

fn address(text: &str) -> Result<Mailbox, NetworkError> {
    text.parse().map_err(refused)
}

fn parameters(mail: &Mail<'_>) -> Result<TlsParameters, NetworkError> {
    let mut builder = TlsParameters::builder(mail.host.to_owned());
    if let Some((_, text)) = named_certificates()? {
        let roots = Certificate::from_pem(&text).map_err(refused)?;
        builder = builder.add_root_certificate(roots);
    }
    builder.build().map_err(refused)
}

fn refused(error: impl std::error::Error) -> NetworkError {
    NetworkError {
        kind: NetworkFailure::Refused,
        reason: whole(&error),
    }
}

/// Says what an error says, and what it comes of.
fn whole(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !said.contains(&words) {
            said = format!("{said}: {words}");
        }
        cause = error.source();
    }
    said
}
