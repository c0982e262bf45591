//! A run that is watched while it goes on.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::test_project::TestProject;

/// A query that ends on no day.
pub const ENDLESS: &str = "select count(*) from range(1000000000) as a, range(1000000000) as b \
                       where hash(a.range, b.range) = 1";

/// A run in progress.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// Starts the binary.
    pub fn start(project: &TestProject, arguments: &[&str]) -> Self {
        let mut command = project.command(arguments.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("a started binary");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, lines }
    }

    /// Reads lines until one has these words.
    pub fn says(&mut self, words: &str) {
        let mut all = String::new();
        loop {
            let from = all.len();
            let read = self.lines.read_line(&mut all).expect("readable output");
            assert!(read > 0, "{words:?} is not in:\n{all}");
            if all[from..].contains(words) {
                return;
            }
        }
    }

    /// Returns the number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell").success(), "{kill}");
    }

    /// Waits for the end; `None` stands for a kill.
    pub fn exit(mut self) -> Option<i32> {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.lines, &mut rest).expect("readable output");
        self.child.wait().expect("an exit status").code()
    }
}
