//! The standard streams. A reader that has gone away is no error: the work goes on in silence.

use std::io::{IsTerminal, Write, stderr, stdin, stdout};

/// Writes to the standard output.
pub(super) fn out(text: &str) {
    let mut stream = stdout().lock();
    // Nobody is left to tell of a closed pipe or a full disk.
    let _ = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
}

/// Writes to the standard error.
pub(super) fn err(text: &str) {
    let mut stream = stderr().lock();
    // Nobody is left to tell of a closed pipe or a full disk.
    let _ = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
}

/// Tells whether the standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    stdout().is_terminal()
}

/// Asks on the terminal; none where nobody can answer.
pub(super) fn ask(question: &str) -> Option<String> {
    if !stdin().is_terminal() || !is_terminal() {
        return None;
    }
    out(question);
    let mut line = String::new();
    stdin().read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}

/// Returns the rows and columns of the terminal.
pub(super) fn size() -> (usize, usize) {
    let (rows, columns) = console::Term::stdout().size();
    (usize::from(rows), usize::from(columns))
}

/// Returns the number of columns to draw in.
pub(super) fn width(terminal: bool) -> usize {
    if !terminal {
        return 100;
    }
    size().1.clamp(40, 160)
}
