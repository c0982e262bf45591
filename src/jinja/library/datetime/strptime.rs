//! `strptime`: text → date, time and zone by a format.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, Weekday};
use minijinja::Error;
use regex::{Regex, RegexBuilder};

use super::DateTime;
use super::strftime::{DAYS, MONTHS};
use super::zone::Zone;
use crate::jinja::library::errors::value_error;
use crate::jinja::library::object::quoted;

/// Reads a moment by a format.
pub(crate) fn strptime(text: &str, format: &str) -> Result<DateTime, Error> {
    let pattern = pattern(format)?;
    let Some(found) = pattern.captures(text) else {
        return Err(value_error(format!(
            "time data {} does not match format {}",
            quoted(text),
            quoted(format)
        )));
    };
    let whole = found.get(0).map_or(0, |it| it.end());
    if whole != text.len() {
        return Err(value_error(format!(
            "unconverted data remains: {}",
            &text[whole..]
        )));
    }
    let half = found.name("p").map_or("", |half| half.as_str());
    let afternoon = half.eq_ignore_ascii_case("pm");
    let mut parts = Parts::default();
    for name in pattern.capture_names().flatten() {
        if let Some(part) = found.name(name) {
            parts.read(name, part.as_str(), afternoon)?;
        }
    }
    parts.assemble()
}

/// Builds the regular expression that a format stands for.
fn pattern(format: &str) -> Result<Regex, Error> {
    let mut pattern = String::from("^(?:");
    let mut chars = format.chars().peekable();
    let mut seen: Vec<char> = Vec::new();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.next_if(|c| c.is_whitespace()).is_some() {}
            pattern.push_str(r"\s+");
            continue;
        }
        if c != '%' {
            pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
            continue;
        }
        let Some(directive) = chars.next() else {
            return Err(value_error(format!("stray % in format '{format}'")));
        };
        push_directive(&mut pattern, directive, format, &mut seen)?;
    }
    pattern.push(')');
    let built = RegexBuilder::new(&pattern).case_insensitive(true).build();
    built.map_err(|error| value_error(error.to_string()))
}

fn push_directive(
    pattern: &mut String,
    directive: char,
    format: &str,
    seen: &mut Vec<char>,
) -> Result<(), Error> {
    let composed = match directive {
        'c' => Some("%a %b %d %H:%M:%S %Y"),
        'x' => Some("%m/%d/%y"),
        'X' => Some("%H:%M:%S"),
        _ => None,
    };
    if let Some(composed) = composed {
        for part in composed.split('%').skip(1) {
            let mut part = part.chars();
            if let Some(directive) = part.next() {
                push_directive(pattern, directive, format, seen)?;
            }
            pattern.push_str(&part.as_str().replace(' ', r"\s+"));
        }
        return Ok(());
    }
    let Some(expression) = expression(directive) else {
        if directive == '%' {
            pattern.push('%');
            return Ok(());
        }
        // Python has escaped the format for its regular expression by then.
        let escaped = directive.is_whitespace() || "\\.^$*+?(){}[]|".contains(directive);
        let shown = if escaped { '%' } else { directive };
        return Err(value_error(format!(
            "'{shown}' is a bad directive in format '{format}'"
        )));
    };
    if seen.contains(&directive) {
        let (number, position) = (seen.len() + 1, seen.len());
        return Err(super::super::errors::raise(
            "error",
            format!(
                "redefinition of group name '{directive}' as group {number}; was group {position}"
            ),
        ));
    }
    seen.push(directive);
    let _ = write!(pattern, "(?P<{directive}>{expression})");
    Ok(())
}

fn expression(directive: char) -> Option<String> {
    let digits = match directive {
        'd' => r"3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]",
        'f' => "[0-9]{1,6}",
        'H' => r"2[0-3]|[0-1]\d|\d",
        'I' => "1[0-2]|0[1-9]|[1-9]",
        'G' | 'Y' => r"\d\d\d\d",
        'j' => r"36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]",
        'm' => "1[0-2]|0[1-9]|[1-9]",
        'M' => r"[0-5]\d|\d",
        'S' => r"6[0-1]|[0-5]\d|\d",
        'U' | 'W' => r"5[0-3]|[0-4]\d|\d",
        'w' => "[0-6]",
        'u' => "[1-7]",
        'V' => r"5[0-3]|0[1-9]|[1-4]\d|\d",
        'y' => r"\d\d",
        'z' => r"[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|(?-i:Z)",
        _ => "",
    };
    if !digits.is_empty() {
        return Some(digits.to_owned());
    }
    let mut words: Vec<String> = match directive {
        'a' => DAYS.iter().map(|day| day[..3].to_lowercase()).collect(),
        'A' => DAYS.iter().map(|day| day.to_lowercase()).collect(),
        'b' => MONTHS
            .iter()
            .map(|month| month[..3].to_lowercase())
            .collect(),
        'B' => MONTHS.iter().map(|month| month.to_lowercase()).collect(),
        'p' => vec!["am".to_owned(), "pm".to_owned()],
        'Z' => vec!["utc".to_owned(), "gmt".to_owned()],
        _ => return None,
    };
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    Some(words.join("|"))
}

/// What the directives said.
#[derive(Debug, Default)]
struct Parts {
    year: Option<i32>,
    iso_year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    hour: u32,
    minute: u32,
    second: u32,
    microsecond: u32,
    weekday: Option<i32>,
    julian: Option<i32>,
    week: Option<(i32, Weekday)>,
    iso_week: Option<i32>,
    offset: Option<i32>,
    zone: Option<String>,
}

impl Parts {
    /// Reads one directive; a later one outdoes an earlier one.
    fn read(&mut self, directive: &str, text: &str, afternoon: bool) -> Result<(), Error> {
        let number = text.trim().parse::<i32>().unwrap_or_default();
        let position = |words: &[&str], length: usize| {
            let found = words.iter().position(|word| {
                let word = &word[..length.min(word.len())];
                word.eq_ignore_ascii_case(text)
            });
            found.map(|at| at as i32)
        };
        match directive {
            "y" => {
                self.year = Some(if number <= 68 {
                    number + 2000
                } else {
                    number + 1900
                })
            }
            "Y" => self.year = Some(number),
            "G" => self.iso_year = Some(number),
            "m" => self.month = Some(number),
            "B" => self.month = position(&MONTHS, usize::MAX).map(|at| at + 1),
            "b" => self.month = position(&MONTHS, 3).map(|at| at + 1),
            "d" => self.day = Some(number),
            "H" => self.hour = number as u32,
            "I" if afternoon => self.hour = number as u32 % 12 + 12,
            "I" => self.hour = number as u32 % 12,
            "p" => {}
            "M" => self.minute = number as u32,
            "S" => self.second = number as u32,
            "f" => self.microsecond = format!("{text:0<6}").parse().unwrap_or_default(),
            "A" => self.weekday = position(&DAYS, usize::MAX),
            "a" => self.weekday = position(&DAYS, 3),
            "w" => self.weekday = Some((number + 6) % 7),
            "u" => self.weekday = Some(number - 1),
            "j" => self.julian = Some(number),
            "U" => self.week = Some((number, Weekday::Sun)),
            "W" => self.week = Some((number, Weekday::Mon)),
            "V" => self.iso_week = Some(number),
            "z" => self.offset = Some(offset(text)?),
            _ => self.zone = Some(text.to_owned()),
        }
        Ok(())
    }

    fn assemble(self) -> Result<DateTime, Error> {
        self.check_iso()?;
        let date = self.date()?;
        let time = super::time::build([
            self.hour.into(),
            self.minute.into(),
            self.second.into(),
            self.microsecond.into(),
        ])?;
        let zone = self.offset.map(|seconds| match &self.zone {
            Some(name) => Zone::Fixed(seconds, Some(name.clone())),
            None => Zone::fixed(seconds),
        });
        Ok(DateTime::new(date.and_time(time), zone))
    }

    fn check_iso(&self) -> Result<(), Error> {
        let message = if self.year.is_none() && self.iso_year.is_some() {
            if self.iso_week.is_none() || self.weekday.is_none() {
                "ISO year directive '%G' must be used with the ISO week directive '%V' and a \
                 weekday directive ('%A', '%a', '%w', or '%u')."
            } else if self.julian.is_some() {
                "Day of the year directive '%j' is not compatible with ISO year directive '%G'. \
                 Use '%Y' instead."
            } else {
                return Ok(());
            }
        } else if self.week.is_none() && self.iso_week.is_some() {
            if self.weekday.is_none() {
                "ISO week directive '%V' must be used with the ISO year directive '%G' and a \
                 weekday directive ('%A', '%a', '%w', or '%u')."
            } else {
                "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the \
                 ISO year '%G' instead."
            }
        } else {
            return Ok(());
        };
        Err(value_error(message))
    }

    fn date(&self) -> Result<NaiveDate, Error> {
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        let leap_guess = self.year.is_none() && (month, day) == (2, 29);
        let year = self.year.unwrap_or(if leap_guess { 1904 } else { 1900 });
        if self.julian.is_none() {
            match (self.weekday, self.week, self.iso_year, self.iso_week) {
                (Some(weekday), Some((week, first)), ..) => {
                    return from_ordinal(year, day_of_week(year, week, weekday, first));
                }
                (Some(weekday), None, Some(year), Some(week)) => {
                    return super::date::from_iso(year.into(), week.into(), i64::from(weekday) + 1);
                }
                _ => {}
            }
        }
        let date = match self.julian {
            Some(julian) => from_ordinal(year, julian)?,
            None => super::date::build(year.into(), month.into(), day.into())?,
        };
        if leap_guess {
            return super::date::build(1900, date.month().into(), date.day().into());
        }
        Ok(date)
    }
}

/// Returns the day of the year of a weekday in a counted week.
fn day_of_week(year: i32, week: i32, weekday: i32, first: Weekday) -> i32 {
    let january = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let mut first_weekday = january.weekday().num_days_from_monday() as i32;
    let mut weekday = weekday;
    if first == Weekday::Sun {
        first_weekday = (first_weekday + 1) % 7;
        weekday = (weekday + 1) % 7;
    }
    let week_0_length = (7 - first_weekday) % 7;
    if week == 0 {
        1 + weekday - first_weekday
    } else {
        1 + week_0_length + 7 * (week - 1) + weekday
    }
}

fn from_ordinal(year: i32, ordinal: i32) -> Result<NaiveDate, Error> {
    let first = super::date::build(year.into(), 1, 1)?;
    super::date::moved(first, i64::from(ordinal) - 1)
}

fn offset(text: &str) -> Result<i32, Error> {
    if text == "Z" {
        return Ok(0);
    }
    // A colon after the hours asks for one after the minutes.
    if text.as_bytes().get(3) == Some(&b':') && text.len() > 6 && text.as_bytes()[6] != b':' {
        return Err(value_error(format!("Inconsistent use of : in {text}")));
    }
    let whole = text.split('.').next().unwrap_or_default();
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let part = |at: usize| digits.get(at..at + 2).and_then(|it| it.parse::<i32>().ok());
    let [hours, minutes, seconds] = [0, 2, 4].map(|at| part(at).unwrap_or_default());
    let seconds = hours * 3600 + minutes * 60 + seconds;
    let signed = if text.starts_with('-') {
        -seconds
    } else {
        seconds
    };
    if seconds >= 86_400 {
        return Err(super::zone::offset_out_of_range(signed));
    }
    Ok(signed)
}
