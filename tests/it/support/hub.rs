//! A package index on the loopback, served from a folder; and git repositories made of folders.
//!
//! Files are served as they are; `[hub]` in `.json` files stands for the index's address. What is
//! asked for as `<name>.tar.gz` is packed from the folder `<name>/`, or from `<name>.list`, whose
//! lines are the archive's entries: `file PATH CONTENT`, `link PATH TARGET`, `hard PATH TARGET`,
//! `pipe PATH`. `<path>.fails` holds how many times a path is answered with status 503 first.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

/// An index nobody is at.
pub const NOWHERE: &str = "http://127.0.0.1:9/";

/// Serves a folder as long as the process lives. Returns the address, with a slash at its end.
pub fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let address = format!("http://127.0.0.1:{port}/");
    let hub = Arc::new(Hub {
        folder,
        address: address.clone(),
        asked: Mutex::default(),
    });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let hub = hub.clone();
            thread::spawn(move || hub.answer(stream));
        }
    });
    address
}

struct Hub {
    folder: PathBuf,
    address: String,
    /// How often each path was asked for.
    asked: Mutex<HashMap<String, usize>>,
}

impl Hub {
    fn answer(&self, mut stream: TcpStream) {
        let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_default();
        lines.take_while(|line| !line.is_empty()).for_each(drop);
        let path = first.split(' ').nth(1).unwrap_or_default();
        let (status, body) = self.find(path.trim_start_matches('/'));
        let head = format!(
            "HTTP/1.1 {status} \r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        // A client that went away misses nothing.
        let _ = stream.write_all(&[head.as_bytes(), &body].concat());
    }

    fn find(&self, path: &str) -> (u16, Vec<u8>) {
        let count = {
            let mut asked = self.asked.lock().expect("a living thread");
            let count = asked.entry(path.to_owned()).or_default();
            *count += 1;
            *count
        };
        let file = self.folder.join(path);
        let fails = std::fs::read_to_string(self.folder.join(format!("{path}.fails")));
        let fails = fails.map_or(0, |it| it.trim().parse().expect("a number"));
        if count <= fails {
            return (503, Vec::new());
        }
        let body = match std::fs::read(&file) {
            Ok(body) if path.ends_with(".json") => {
                let text = String::from_utf8(body).expect("a text");
                Some(text.replace("[hub]", &self.address).into_bytes())
            }
            Ok(body) => Some(body),
            Err(_) => packed(&file),
        };
        body.map_or((404, Vec::new()), |body| (200, body))
    }
}

/// Packs what stands for an archive.
fn packed(file: &Path) -> Option<Vec<u8>> {
    let stem = file.to_str()?.strip_suffix(".tar.gz")?;
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let folder = Path::new(stem);
    if let Ok(list) = std::fs::read_to_string(format!("{stem}.list")) {
        for line in list.lines() {
            entry(&mut builder, line);
        }
    } else if folder.is_dir() {
        let name = folder.file_name().expect("a name");
        builder
            .append_dir_all(name, folder)
            .expect("a readable folder");
    } else {
        return None;
    }
    builder.into_inner().and_then(GzEncoder::finish).ok()
}

/// Adds an entry as somebody with bad intentions might: the path is not looked at.
fn entry<W: Write>(builder: &mut Builder<W>, line: &str) {
    let mut words = line.splitn(3, ' ');
    let (kind, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let rest = words.next().unwrap_or("");
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_mode(0o644);
    let mut content: &[u8] = b"";
    match kind {
        "file" => content = rest.as_bytes(),
        "pipe" => header.set_entry_type(EntryType::Fifo),
        "link" => header.set_entry_type(EntryType::Symlink),
        "hard" => header.set_entry_type(EntryType::Link),
        _ => panic!("what is `{kind}`?"),
    }
    if matches!(kind, "link" | "hard") {
        header.as_old_mut().linkname[..rest.len()].copy_from_slice(rest.as_bytes());
    }
    header.set_size(content.len() as u64);
    header.set_cksum();
    builder.append(&header, content).expect("an entry");
}

/// Makes git repositories of the folders in a folder: one commit, always the same, on the branch
/// `main` with the tag `v1`.
pub fn make_repositories(folder: &Path) {
    let folders = std::fs::read_dir(folder).expect("a readable folder");
    for repository in folders.map(|it| it.expect("an entry").path()) {
        if repository.join(".git").exists() {
            continue;
        }
        for words in [
            &["init", "--quiet", "--initial-branch=main"][..],
            &["add", "--all"],
            &["commit", "--quiet", "--message", "one"],
            &["tag", "v1"],
        ] {
            let mut git = Command::new("git");
            git.args(words)
                .current_dir(&repository)
                .env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap_or_default())
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .env("HOME", "/nowhere")
                .stdin(Stdio::null());
            for who in ["AUTHOR", "COMMITTER"] {
                git.env(format!("GIT_{who}_NAME"), "test")
                    .env(format!("GIT_{who}_EMAIL"), "test@example.com")
                    .env(format!("GIT_{who}_DATE"), "2024-01-01T00:00:00+0000");
            }
            assert!(git.status().expect("git is there").success(), "{words:?}");
        }
    }
}
