//! `strftime` as Python has it on Linux: its own `%z`, `%Z`, `%f`, the C library's rest.

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

/// What a format can ask for.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// Date and time of day as shown.
    pub(crate) local: NaiveDateTime,
    /// Distance from UTC in seconds, where there is a zone.
    pub(crate) offset: Option<i32>,
    /// The zone's abbreviation; empty where there is none.
    pub(crate) zone: String,
    /// Seconds since 1970 if `local` is the system's local time.
    pub(crate) epoch: i64,
}

/// Full names of the days, Monday first.
pub(crate) const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Full names of the months.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes a moment by a format.
pub(crate) fn strftime(format: &str, fields: &Fields) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let own = match rest.chars().next() {
            Some('z') => Some(offset_digits(fields.offset)),
            Some('Z') => Some(fields.zone.clone()),
            Some('f') => Some(format!("{:06}", fields.local.nanosecond() / 1000)),
            _ => None,
        };
        match own {
            Some(own) => {
                text.push_str(&own);
                rest = &rest[1..];
            }
            None => rest = directive(rest, fields, &mut text),
        }
    }
    text.push_str(rest);
    text
}

fn offset_digits(offset: Option<i32>) -> String {
    let Some(offset) = offset else {
        return String::new();
    };
    let sign = if offset < 0 { '-' } else { '+' };
    let all = offset.abs();
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    match seconds {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}

/// How one directive is to be written.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    pad: Option<char>,
    upper: bool,
    swap: bool,
    width: usize,
}

/// Writes one directive of the C library; `rest` follows its `%`. Returns what follows it.
fn directive<'a>(rest: &'a str, fields: &Fields, text: &mut String) -> &'a str {
    let mut style = Style::default();
    let mut chars = rest.char_indices().peekable();
    while let Some((_, flag)) = chars.next_if(|(_, c)| "_-0+^#".contains(*c)) {
        match flag {
            '^' => style.upper = true,
            '#' => style.swap = true,
            _ => style.pad = Some(flag),
        }
    }
    while let Some((_, digit)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
        let digit = digit.to_digit(10).unwrap_or_default() as usize;
        style.width = (style.width * 10 + digit).min(1 << 16);
    }
    let modifier = chars.next_if(|(_, c)| "EO".contains(*c)).map(|(_, c)| c);
    let Some((at, conversion)) = chars.next() else {
        text.push('%');
        text.push_str(rest);
        return "";
    };
    let end = at + conversion.len_utf8();
    let allowed = match modifier {
        Some('E') => !"aAbBhDdeHIklmMSUVgGWwjF".contains(conversion),
        Some(_) => !"aAcxXDFY".contains(conversion),
        None => true,
    };
    match convert(conversion, style, fields).filter(|_| allowed) {
        Some(written) => text.push_str(&written),
        None => {
            let raw = format!("%{}", &rest[..end]);
            text.push_str(&padded_text(&raw, style, Swap::None));
        }
    }
    &rest[end..]
}

fn convert(conversion: char, style: Style, fields: &Fields) -> Option<String> {
    let local = &fields.local;
    let weekday = local.weekday().num_days_from_monday() as usize;
    let month = local.month0() as usize;
    let hour12 = (local.hour() + 11) % 12 + 1;
    let half = if local.hour() < 12 { "AM" } else { "PM" };
    let number = |value: i64, digits| Some(padded_number(value, digits, '0', style));
    let spaced = |value: i64| Some(padded_number(value, 2, ' ', style));
    let name = |word: &str| Some(padded_text(word, style, Swap::Upper));
    let composed = |format| Some(padded_text(&strftime(format, fields), style, Swap::None));
    let iso = local.iso_week();
    match conversion {
        'a' => name(&DAYS[weekday][..3]),
        'A' => name(DAYS[weekday]),
        'b' | 'h' => name(&MONTHS[month][..3]),
        'B' => name(MONTHS[month]),
        'c' => composed("%a %b %e %H:%M:%S %Y"),
        'C' => number(i64::from(local.year().div_euclid(100)), 1),
        'd' => number(local.day().into(), 2),
        'D' | 'x' => composed("%m/%d/%y"),
        'e' => spaced(local.day().into()),
        'F' => composed("%Y-%m-%d"),
        'g' => number(i64::from(iso.year().rem_euclid(100)), 2),
        'G' => number(iso.year().into(), 1),
        'H' => number(local.hour().into(), 2),
        'I' => number(hour12.into(), 2),
        'j' => number(local.ordinal().into(), 3),
        'k' => spaced(local.hour().into()),
        'l' => spaced(hour12.into()),
        'm' => number(local.month().into(), 2),
        'M' => number(local.minute().into(), 2),
        'n' => Some(padded_text("\n", style, Swap::Upper)),
        'p' => Some(padded_text(half, style, Swap::Lower)),
        'P' => Some(padded_text(
            &half.to_lowercase(),
            Style {
                swap: true,
                ..style
            },
            Swap::Lower,
        )),
        'r' => composed("%I:%M:%S %p"),
        'R' => composed("%H:%M"),
        's' => number(fields.epoch, 1),
        'S' => number(local.second().into(), 2),
        't' => Some(padded_text("\t", style, Swap::Upper)),
        'T' | 'X' => composed("%H:%M:%S"),
        'u' => number(local.weekday().number_from_monday().into(), 1),
        'U' => number(week_of_year(local, Weekday::Sun), 2),
        'V' => number(iso.week().into(), 2),
        'w' => number(local.weekday().num_days_from_sunday().into(), 1),
        'W' => number(week_of_year(local, Weekday::Mon), 2),
        'y' => number(i64::from(local.year().rem_euclid(100)), 2),
        'Y' => number(local.year().into(), 1),
        // With flags the C library writes it, and does not know the zone.
        'z' => Some(String::new()),
        'Z' => Some(padded_text(&fields.zone, style, Swap::Lower)),
        '%' => Some(padded_text("%", style, Swap::Upper)),
        _ => None,
    }
}

fn week_of_year(local: &NaiveDateTime, first: Weekday) -> i64 {
    let since_first = match first {
        Weekday::Sun => local.weekday().num_days_from_sunday(),
        _ => local.weekday().num_days_from_monday(),
    };
    i64::from((local.ordinal0() + 7 - since_first) / 7)
}

fn padded_number(value: i64, digits: usize, usual: char, style: Style) -> String {
    let pad = match style.pad {
        None => usual,
        Some('_') => ' ',
        Some('-') => return padded_text(&value.to_string(), style, Swap::None),
        Some(_) => '0',
    };
    let width = style.width.max(digits);
    let text = value.to_string();
    let missing = width.saturating_sub(text.len());
    let filling = pad.to_string().repeat(missing);
    match (pad, text.strip_prefix('-')) {
        ('0', Some(magnitude)) => format!("-{filling}{magnitude}"),
        _ => filling + &text,
    }
}

/// What the flag `#` does to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Swap {
    Upper,
    Lower,
    None,
}

fn padded_text(text: &str, style: Style, swap: Swap) -> String {
    let text = match (style.swap, swap) {
        (true, Swap::Lower) => text.to_lowercase(),
        (true, Swap::Upper) => text.to_uppercase(),
        _ if style.upper => text.to_uppercase(),
        _ => text.to_owned(),
    };
    let missing = style.width.saturating_sub(text.chars().count());
    let pad = if style.pad == Some('0') { "0" } else { " " };
    pad.repeat(missing) + &text
}
