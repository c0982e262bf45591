//! What moves on a terminal: a line for each running node and a bar over all.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

const TICK: Duration = Duration::from_millis(100);

/// The moving part of the screen.
pub(super) struct Live {
    screen: MultiProgress,
    bar: Option<ProgressBar>,
    running: HashMap<Arc<str>, ProgressBar>,
    unicode: bool,
}

impl Live {
    /// Takes the terminal.
    pub(super) fn new(unicode: bool) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stdout());
        Self {
            screen,
            bar: None,
            running: HashMap::new(),
            unicode,
        }
    }

    /// Prints a line above.
    pub(super) fn print(&self, line: &str) {
        if self.bar.is_none() {
            crate::cli::streams::out(&format!("{line}\n"));
        } else {
            // A terminal that is gone shows nothing more.
            let _ = self.screen.println(line);
        }
    }

    /// Shows that a node runs; hooks have no part in the bar.
    pub(super) fn start(&mut self, id: &Arc<str>, description: &str, total: usize) {
        let total = if is_hook(description) { 0 } else { total };
        let bar = self.bar.get_or_insert_with(|| {
            let bar = self.screen.add(ProgressBar::new(total as u64));
            let chars = if self.unicode { "━╸ " } else { "=> " };
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len}, {elapsed}") {
                bar.set_style(style.progress_chars(chars));
            }
            bar
        });
        if total > 0 {
            bar.set_length(total as u64);
        }
        let line = self.screen.insert_before(bar, ProgressBar::new_spinner());
        let ticks = if self.unicode {
            "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "
        } else {
            "|/-\\ "
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed:>5}") {
            line.set_style(style.tick_chars(ticks));
        }
        line.set_message(description.to_owned());
        line.enable_steady_tick(TICK);
        self.running.insert(id.clone(), line);
    }

    /// Takes a node off the screen.
    pub(super) fn finish(&mut self, id: &str, description: &str) {
        if let Some(line) = self.running.remove(id) {
            line.finish_and_clear();
            self.screen.remove(&line);
        }
        if let Some(bar) = self.bar.as_ref().filter(|_| !is_hook(description)) {
            bar.inc(1);
        }
    }

    /// Takes everything off the screen; what is printed from here on stays below.
    pub(super) fn clear(&mut self) {
        for (_, line) in self.running.drain() {
            line.finish_and_clear();
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
            self.screen.remove(&bar);
        }
    }
}

fn is_hook(description: &str) -> bool {
    description.starts_with("hook: ")
}
