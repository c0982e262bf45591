//! Figures for people.

/// Writes a count, thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a count with what is counted, whose plural has an s.
pub(super) fn counted(number: usize, what: &str) -> String {
    let number = u64::try_from(number).unwrap_or(u64::MAX);
    match number {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", count(number)),
    }
}

/// Writes a duration.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        it if it < 10.0 => format!("{it:.2} s"),
        it if it < 60.0 => format!("{it:.1} s"),
        it if it < 3600.0 => format!("{:.0} min {:02.0} s", (it / 60.0).floor(), it % 60.0),
        it => format!(
            "{:.0} h {:02.0} min",
            (it / 3600.0).floor(),
            (it % 3600.0 / 60.0).floor()
        ),
    }
}

/// Writes a share.
pub(super) fn share(part: u64, whole: u64) -> String {
    let percent = 100.0 * number(part) / number(whole.max(1));
    match percent {
        it if it > 0.0 && it < 0.1 => "< 0.1 %".to_owned(),
        it if it > 99.9 && it < 100.0 => "99.9 %".to_owned(),
        it => format!("{it:.1} %"),
    }
}

/// Writes a point in time.
pub(super) fn time(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Writes a place in a drawing.
pub(super) fn place(at: f64) -> String {
    let text = format!("{at:.1}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// Shortens a name; the rest is to be seen elsewhere.
pub(super) fn short(name: &str, letters: usize) -> String {
    match name.chars().count() > letters {
        true => {
            let kept: String = name.chars().take(letters.saturating_sub(1)).collect();
            format!("{kept}…")
        }
        false => name.to_owned(),
    }
}

/// Shortens a name whose end tells most.
pub(super) fn short_end(name: &str, letters: usize) -> String {
    let all = name.chars().count();
    match all > letters {
        true => {
            let kept: String = name.chars().skip(all + 1 - letters).collect();
            format!("…{kept}")
        }
        false => name.to_owned(),
    }
}

/// Makes a count a number to draw.
#[allow(clippy::cast_precision_loss, reason = "it is drawn")]
pub(super) fn number(count: u64) -> f64 {
    count as f64
}

/// Makes a place in a list a number to draw.
#[allow(clippy::cast_precision_loss, reason = "it is drawn")]
pub(super) fn index(place: usize) -> f64 {
    place as f64
}
