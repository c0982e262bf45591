//! The form of dbt's lines: dots up to a fixed width, then a status in brackets; plurals; colours.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Paints text red.
pub(super) fn red(text: &str) -> String {
    format!("\x1b[31m{text}\x1b[0m")
}

/// Paints text green.
pub(super) fn green(text: &str) -> String {
    format!("\x1b[32m{text}\x1b[0m")
}

/// Paints text yellow.
pub(super) fn yellow(text: &str) -> String {
    format!("\x1b[33m{text}\x1b[0m")
}

/// Paints text pale.
pub(super) fn dim(text: &str) -> String {
    format!("\x1b[2m{text}\x1b[0m")
}

/// Takes colour codes out.
pub(super) fn uncolored(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

/// Cuts text to a number of columns, with an ellipsis in the middle: the end of a name tells most.
pub(super) fn cut(text: &str, columns: usize, unicode: bool) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let ellipsis = if unicode { "…" } else { "..." };
    let room = columns.saturating_sub(ellipsis.width());
    let head = taken(text.chars(), room / 3);
    let tail = taken(text.chars().rev(), room - room / 3);
    let tail: String = tail.chars().rev().collect();
    format!("{head}{ellipsis}{tail}")
}

/// Takes letters that fit.
fn taken(letters: impl Iterator<Item = char>, mut room: usize) -> String {
    let fits = |letter: &char| match room.checked_sub(letter.width().unwrap_or(0)) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    letters.take_while(fits).collect()
}

/// The columns of a line before its status.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// How many are filled with dots.
    pub width: usize,
    /// Whether longer text is cut, as a terminal needs it.
    pub cut: bool,
    /// Whether an ellipsis may be one character.
    pub unicode: bool,
}

/// A step's place in a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// From 1.
    pub index: usize,
    /// Number of steps.
    pub total: usize,
}

/// Writes `1 of 5 START … ....... [RUN]`.
pub(super) fn step(
    message: &str,
    status: &str,
    place: Place,
    seconds: Option<f64>,
    room: Room,
) -> String {
    let Room {
        width,
        cut: cuts,
        unicode,
    } = room;
    let prefix = match place.before(message) {
        long if cuts && long.width() > width => {
            format!(
                "{} ",
                cut(long.trim_end(), width.saturating_sub(1), unicode)
            )
        }
        prefix => prefix,
    };
    let dots = ".".repeat(width.saturating_sub(prefix.width()));
    ended(&format!("{prefix}{dots} "), status, seconds)
}

/// Cuts a hook's line as dbt does, which never lets it grow beyond the width.
pub(super) fn hook(
    message: &str,
    status: &str,
    place: Place,
    seconds: Option<f64>,
    room: Room,
) -> String {
    let prefix = place.before(message);
    let width = room.width;
    if room.cut || prefix.chars().count() <= width {
        return step(message, status, place, seconds, room);
    }
    let cut: String = prefix.chars().take(width.saturating_sub(3)).collect();
    ended(&format!("{cut}... "), status, seconds)
}

impl Place {
    fn before(self, message: &str) -> String {
        format!("{} of {} {message} ", self.index, self.total)
    }
}

fn ended(line: &str, status: &str, seconds: Option<f64>) -> String {
    let time = seconds.map(|it| format!(" in {it:.2}s"));
    format!("{line}[{status}{}]", time.unwrap_or_default())
}

/// Writes `1 model`, `2 models`.
pub(super) fn plural(count: usize, word: &str) -> String {
    let word = match word {
        _ if count == 1 => word.to_owned(),
        "analysis" => "analyses".to_owned(),
        word if word.ends_with('y') => format!("{}ies", word.trim_end_matches('y')),
        word if word.ends_with('s') => word.to_owned(),
        word => format!("{word}s"),
    };
    format!("{count} {word}")
}

/// Writes a duration as dbt's last line does: ` in 0 hours 0 minutes and 0.99 seconds`.
pub(super) fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).floor();
    let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
    let rest = seconds - hours * 3600.0 - minutes * 60.0;
    format!(" in {hours:.0} hours {minutes:.0} minutes and {rest:.2} seconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_dbts_form() {
        let place = Place { index: 1, total: 8 };
        let room = |width| Room {
            width,
            cut: false,
            unicode: true,
        };
        assert_eq!(
            step("START sql view model main.a", "RUN", place, None, room(80)),
            "1 of 8 START sql view model main.a ............................................. [RUN]"
        );
        assert_eq!(
            step("OK x", "OK", place, Some(0.345), room(12)),
            "1 of 8 OK x  [OK in 0.34s]"
        );
        let long = hook("START hook: abcdefgh", "RUN", place, None, room(20));
        assert_eq!(long, "1 of 8 START hook... [RUN]");
        let narrow = Room {
            cut: true,
            ..room(20)
        };
        assert_eq!(
            step("OK 語語語語語語", "OK", place, None, narrow),
            "1 of 8…語語語語語語  [OK]"
        );
        assert_eq!(cut("my_orders", 8, false), "m...ders");
        assert_eq!(uncolored(&format!("a{}b", red("x"))), "axb");
        assert_eq!(plural(2, "query"), "2 queries");
        assert_eq!(duration(3725.5), " in 1 hours 2 minutes and 5.50 seconds");
    }
}
