//! What moves on a terminal: a line for each node that takes its time, and a bar over all.
//!
//! A frame is one write: lines that stay, then the moving part below them. The cursor waits at the
//! first cell of the moving part, so that whatever ends the program leaves it to be overwritten.

use std::fmt::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indexmap::IndexMap;
use unicode_width::UnicodeWidthStr;

use super::line::{cut, dim, green, red};
use crate::cli::streams;
use crate::events::Status;
use crate::system::System;

const TICK: Duration = Duration::from_millis(100);
/// Nodes that are done sooner never get a line: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(300);
/// Most lines of running nodes.
const MOST: usize = 8;
const LONGEST_BAR: usize = 30;

/// The moving part of the screen.
pub(super) struct Live {
    shared: Arc<Shared>,
    ticker: Option<JoinHandle<()>>,
}

struct Shared {
    system: Arc<dyn System>,
    unicode: bool,
    color: bool,
    screen: Mutex<Screen>,
    ended: Condvar,
}

#[derive(Default)]
struct Screen {
    running: IndexMap<Arc<str>, (String, Duration)>,
    began: Option<Duration>,
    done: usize,
    failed: usize,
    total: usize,
    frame: usize,
    ended: bool,
}

impl Live {
    /// Takes the terminal.
    pub(super) fn new(unicode: bool, color: bool, system: Arc<dyn System>) -> Self {
        let shared = Shared {
            system,
            unicode,
            color,
            screen: Mutex::default(),
            ended: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
            ticker: None,
        }
    }

    /// Prints a line that stays.
    pub(super) fn print(&self, line: &str) {
        let screen = self.shared.screen();
        if screen.began.is_none() {
            streams::out(&format!("{line}\n"));
        } else {
            self.shared.draw(&screen, Some(line));
        }
    }

    /// Notes that a node runs; hooks have no part in the bar.
    pub(super) fn start(&mut self, id: &Arc<str>, description: &str, total: usize) {
        let now = self.shared.system.instant();
        let mut screen = self.shared.screen();
        screen.began.get_or_insert(now);
        if !is_hook(description) {
            screen.total = total;
        }
        let node = (description.to_owned(), now);
        screen.running.insert(id.clone(), node);
        drop(screen);
        if self.ticker.is_none() {
            let shared = self.shared.clone();
            let thread = std::thread::Builder::new().name("ticker".to_owned());
            // Without a thread the screen moves when a node ends.
            self.ticker = thread.spawn(move || shared.tick()).ok();
        }
    }

    /// Takes a node off the screen.
    pub(super) fn finish(&mut self, id: &str, description: &str, status: Status) {
        let mut screen = self.shared.screen();
        screen.running.shift_remove(id);
        if !is_hook(description) {
            screen.done += 1;
            screen.failed += usize::from(status.is_failure());
        }
    }

    /// Takes everything off the screen; what is printed from here on stays below.
    pub(super) fn clear(&mut self) {
        let mut screen = self.shared.screen();
        let drawn = screen.began.take().is_some();
        screen.running.clear();
        screen.ended = true;
        if drawn {
            streams::out("\r\x1b[J");
        }
        drop(screen);
        self.shared.ended.notify_all();
        if let Some(ticker) = self.ticker.take() {
            // The screen is clear whatever became of the thread.
            let _ = ticker.join();
        }
        self.shared.screen().ended = false;
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Shared {
    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) {
        let mut screen = self.screen();
        while !screen.ended {
            screen.frame += 1;
            self.draw(&screen, None);
            let waited = self.ended.wait_timeout(screen, TICK);
            screen = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Draws a frame, below a line that stays where there is one.
    fn draw(&self, screen: &Screen, above: Option<&str>) {
        // One column is left free: some terminals wrap as soon as the last one is written.
        let (rows, columns) = streams::size();
        let now = self.system.instant();
        let lines = self.lines(screen, now, columns.saturating_sub(1), rows);
        let mut frame = String::from("\r");
        if let Some(line) = above {
            let _ = writeln!(frame, "{line}\x1b[K");
        }
        frame.push_str(&lines.join("\x1b[K\n"));
        frame.push_str("\x1b[K\x1b[J\r");
        if lines.len() > 1 {
            let _ = write!(frame, "\x1b[{}A", lines.len() - 1);
        }
        streams::out(&frame);
    }

    fn lines(&self, screen: &Screen, now: Duration, width: usize, rows: usize) -> Vec<String> {
        let slow = screen.running.values().filter_map(|(description, since)| {
            let elapsed = now.saturating_sub(*since);
            (elapsed >= PATIENCE).then_some((description.as_str(), elapsed))
        });
        let slow: Vec<_> = slow.collect();
        let most = MOST.min(rows / 3).max(1);
        let shown = if slow.len() > most {
            most - 1
        } else {
            slow.len()
        };
        let spinner = self.spinner(screen.frame);
        let mut lines: Vec<String> = Vec::new();
        for (description, elapsed) in &slow[..shown] {
            let time = format!(" {:>4}", format!("{}s", elapsed.as_secs()));
            let room = width.saturating_sub(3 + time.width());
            let text = cut(description, room, self.unicode);
            let gap = " ".repeat(room.saturating_sub(text.width()));
            lines.push(format!("{spinner}  {text}{gap}{time}"));
        }
        if shown < slow.len() {
            let more = format!("   and {} more", slow.len() - shown);
            lines.push(cut(&more, width, self.unicode));
        }
        lines.push(self.bar(screen, now, width));
        lines
    }

    fn bar(&self, screen: &Screen, now: Duration, width: usize) -> String {
        let elapsed = now.saturating_sub(screen.began.unwrap_or(now));
        let failed = match screen.failed {
            0 => String::new(),
            count => format!(", {count} failed"),
        };
        let counts = format!("{} of {}", screen.done, screen.total);
        let time = format!(", {}s", elapsed.as_secs());
        let words = counts.len() + failed.len() + time.len();
        let length = LONGEST_BAR.min(width.saturating_sub(words + 2));
        let filled = length * screen.done.min(screen.total) / screen.total.max(1);
        let (full, empty) = if self.unicode {
            ("━", "─")
        } else {
            ("=", "-")
        };
        let (bar, rest) = (full.repeat(filled), empty.repeat(length - filled));
        let painted = |text: String, paint: fn(&str) -> String| match self.color {
            true if !text.is_empty() => paint(&text),
            _ => text,
        };
        let (bar, rest) = (painted(bar, green), painted(rest, dim));
        let failed = painted(failed, red);
        format!("{bar}{rest}  {counts}{failed}{time}")
    }

    fn spinner(&self, frame: usize) -> char {
        let ticks: &[char] = match self.unicode {
            true => &['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
            false => &['|', '/', '-', '\\'],
        };
        ticks[frame % ticks.len()]
    }
}

fn is_hook(description: &str) -> bool {
    description.starts_with("hook: ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::MemorySystem;

    #[test]
    fn frames_fit_the_terminal() {
        let system = Arc::new(MemorySystem::default());
        let live = Live::new(true, false, system);
        let mut screen = Screen {
            done: 1,
            failed: 1,
            total: 4,
            began: Some(Duration::ZERO),
            ..Screen::default()
        };
        for number in 0..4 {
            let name = format!("sql view model main.語語語語_a_long_name_{number}");
            screen
                .running
                .insert(Arc::from(name.as_str()), (name, Duration::ZERO));
        }
        for width in [39, 59, 199] {
            let lines = live.shared.lines(&screen, PATIENCE, width, 9);
            let wide = lines.iter().map(|line| line.width()).max();
            assert_eq!(lines.len(), 4);
            assert!(wide.is_some_and(|it| it <= width), "{width}: {lines:#?}");
        }
        let bar = live.shared.bar(&screen, Duration::from_secs(2), 39);
        assert_eq!(bar, "━━━━─────────────  1 of 4, 1 failed, 2s");
    }
}
