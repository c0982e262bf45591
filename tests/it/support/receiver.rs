//! A server on the loopback that takes what is handed in over HTTP, and answers as it is told to.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What was handed in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The path that was asked for.
    pub path: String,
    /// Headers as they came: `name: value`.
    pub headers: Vec<String>,
    /// The content.
    pub body: String,
}

impl Received {
    /// Returns the content as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.headers.iter().filter_map(|it| it.split_once(": "));
        let found = pairs.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

/// The server; it lives as long as the process.
#[derive(Clone)]
pub struct Receiver {
    /// Its address, without a slash at its end.
    pub address: String,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    /// Starts a server.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let receiver = Self {
            address: format!("http://127.0.0.1:{port}"),
            received: Arc::default(),
            answers: Arc::default(),
        };
        let own = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                thread::spawn(move || own.take(&stream));
            }
        });
        receiver
    }

    /// Says with which numbers the next requests are answered; those after them with 200, and 0 means not at all.
    pub fn answers(&self, statuses: impl IntoIterator<Item = u16>) {
        *self.answers.lock().expect("a living thread") = statuses.into_iter().collect();
    }

    /// Returns what has come since the last time, in order.
    pub fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().expect("a living thread"))
    }

    fn take(&self, mut stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let lines = reader.by_ref().lines().map_while(Result::ok);
            let headers: Vec<String> = lines.take_while(|it| !it.is_empty()).collect();
            let mut received = Received {
                path,
                headers,
                body: String::new(),
            };
            let length = received.header("content-length");
            let length = length.map_or(0, |it| it.parse().expect("a number"));
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a whole body");
            received.body = String::from_utf8(body).expect("a text");
            let answer = self.answers.lock().expect("a living thread").pop_front();
            self.received
                .lock()
                .expect("a living thread")
                .push(received);
            let Some(status) = Some(answer.unwrap_or(200)).filter(|it| *it > 0) else {
                // Silent until the other side has had enough.
                let _ = reader.read_line(&mut line);
                return;
            };
            let head = format!("HTTP/1.1 {status} \r\nContent-Length: 0\r\n\r\n");
            if stream.write_all(head.as_bytes()).is_err() {
                return;
            }
            line.clear();
        }
    }
}
