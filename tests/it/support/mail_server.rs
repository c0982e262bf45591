//! A mail server on the loopback that takes everything, as RFC 5321 wants it, or is silent.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail as it came.
#[derive(Debug, Clone, Default)]
pub struct Mailed {
    /// What `AUTH` said, if it did.
    pub login: Option<String>,
    /// Who writes.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
    /// Head and text.
    pub data: String,
}

impl Mailed {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.data.split("\r\n\r\n").next()?;
        let mut pairs = head.split("\r\n").filter_map(|it| it.split_once(": "));
        let found = pairs.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

/// The server; it lives as long as the process.
#[derive(Clone)]
pub struct MailServer {
    /// Its port.
    pub port: u16,
    mails: Arc<Mutex<Vec<Mailed>>>,
    is_silent: Arc<Mutex<bool>>,
}

impl MailServer {
    /// Starts a server.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Self {
            port: listener.local_addr().expect("an address").port(),
            mails: Arc::default(),
            is_silent: Arc::default(),
        };
        let own = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                thread::spawn(move || own.serve(&stream));
            }
        });
        server
    }

    /// Says whether it is silent.
    pub fn be_silent(&self, is_silent: bool) {
        *self.is_silent.lock().expect("a living thread") = is_silent;
    }

    /// Returns what has come since the last time, in order.
    pub fn mails(&self) -> Vec<Mailed> {
        std::mem::take(&mut self.mails.lock().expect("a living thread"))
    }

    fn serve(&self, mut stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        let mut mail = Mailed::default();
        if *self.is_silent.lock().expect("a living thread") {
            // Until the other side has had enough.
            let _ = reader.read_line(&mut String::new());
            return;
        }
        let mut say = |words: &str| stream.write_all(format!("{words}\r\n").as_bytes());
        let mut said = say("220 loopback ESMTP");
        let mut line = String::new();
        while said.is_ok() {
            line.clear();
            if !reader.read_line(&mut line).is_ok_and(|read| read > 0) {
                return;
            }
            let (word, rest) = line
                .trim_end()
                .split_once(' ')
                .unwrap_or((line.trim_end(), ""));
            said = match word.to_uppercase().as_str() {
                "EHLO" => say("250-loopback\r\n250 AUTH PLAIN"),
                "AUTH" => {
                    mail.login = Some(rest.to_owned());
                    say("235 welcome")
                }
                "MAIL" => {
                    mail.from = rest.to_owned();
                    say("250 yes")
                }
                "RCPT" => {
                    mail.to.push(rest.to_owned());
                    say("250 yes")
                }
                "DATA" => {
                    let _ = say("354 go on");
                    loop {
                        line.clear();
                        let read = reader.read_line(&mut line).expect("readable data");
                        if read == 0 || line == ".\r\n" {
                            break;
                        }
                        mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    }
                    let mut mails = self.mails.lock().expect("a living thread");
                    mails.push(std::mem::take(&mut mail));
                    say("250 taken")
                }
                "QUIT" => {
                    let _ = say("221 bye");
                    return;
                }
                _ => say("250 yes"),
            };
        }
    }
}
