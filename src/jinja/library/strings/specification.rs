//! Format specifications: `{:>10}`, `{:,.2f}`, `{:#x}`.

use minijinja::{Error, Value};

use super::float::{Form, float_digits};
use crate::jinja::library::datetime::{Date, DateTime, Time};
use crate::jinja::library::decimal::Decimal;
use crate::jinja::library::errors::{overflow_error, type_error, value_error};
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::python::{Class, text};

/// A parsed specification.
#[derive(Debug, Clone, Default)]
pub(super) struct Specification {
    pub(super) fill: Option<char>,
    pub(super) align: Option<char>,
    pub(super) sign: Option<char>,
    pub(super) alternate: bool,
    pub(super) zero: bool,
    pub(super) width: usize,
    pub(super) grouping: Option<char>,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

/// How wide a text may become.
const WIDEST: usize = 10_000_000;

impl Specification {
    /// Reads a specification for a value of a type.
    fn parse(written: &str, of: &str) -> Result<Self, Error> {
        let chars: Vec<char> = written.chars().collect();
        let invalid = || {
            value_error(format!(
                "Invalid format specifier '{written}' for object of type '{of}'"
            ))
        };
        let mut found = Self::default();
        let mut at = 0;
        let is_align = |c: Option<&char>| c.is_some_and(|c| "<>=^".contains(*c));
        if is_align(chars.get(1)) {
            (found.fill, found.align) = (Some(chars[0]), Some(chars[1]));
            at = 2;
        } else if is_align(chars.first()) {
            found.align = Some(chars[0]);
            at = 1;
        }
        let next = |at: &mut usize, wanted: &str| {
            let c = chars.get(*at).copied().filter(|c| wanted.contains(*c));
            *at += usize::from(c.is_some());
            c
        };
        found.sign = next(&mut at, "+- ");
        next(&mut at, "z");
        found.alternate = next(&mut at, "#").is_some();
        if found.fill.is_none() && next(&mut at, "0").is_some() {
            found.zero = true;
        }
        let number = |at: &mut usize| -> Result<Option<usize>, Error> {
            let start = *at;
            while chars.get(*at).is_some_and(char::is_ascii_digit) {
                *at += 1;
            }
            let digits: String = chars[start..*at].iter().collect();
            match digits.parse::<usize>() {
                Ok(number) if number <= WIDEST => Ok(Some(number)),
                _ if digits.is_empty() => Ok(None),
                _ => Err(value_error("Too many decimal digits in format string")),
            }
        };
        found.width = number(&mut at)?.unwrap_or(0);
        found.grouping = next(&mut at, ",_");
        if found.grouping.is_some() && chars.get(at).is_some_and(|c| ",_".contains(*c)) {
            return Err(value_error(match chars.get(at) {
                Some(other) if Some(*other) != found.grouping => {
                    "Cannot specify both ',' and '_'.".to_owned()
                }
                other => format!("Cannot specify '{0}' with '{0}'.", other.unwrap_or(&',')),
            }));
        }
        if next(&mut at, ".").is_some() {
            found.precision = number(&mut at)?;
            if found.precision.is_none() {
                return Err(value_error("Format specifier missing precision"));
            }
        }
        if chars.len() > at + 1 {
            return Err(invalid());
        }
        found.kind = chars.get(at).copied();
        Ok(found)
    }

    /// Pads a text; `head` is what zeros go behind: sign and prefix.
    pub(super) fn padded(&self, head: &str, body: &str, usual: char) -> String {
        let length = head.chars().count() + body.chars().count();
        let missing = self.width.saturating_sub(length);
        let align = self.align.unwrap_or(if self.zero { '=' } else { usual });
        let fill = self.fill.unwrap_or(if self.zero { '0' } else { ' ' });
        let filling = |count: usize| fill.to_string().repeat(count);
        match align {
            '<' => format!("{head}{body}{}", filling(missing)),
            '^' => {
                let left = missing / 2;
                format!("{}{head}{body}{}", filling(left), filling(missing - left))
            }
            '=' => format!("{head}{}{body}", filling(missing)),
            _ => format!("{}{head}{body}", filling(missing)),
        }
    }

    /// Pads a number, with groups of digits; filling zeros are grouped too.
    fn padded_number(&self, head: &str, whole: &str, rest: &str, every: usize) -> String {
        let zeros = self.align.unwrap_or(if self.zero { '=' } else { '>' }) == '='
            && self.fill.unwrap_or(if self.zero { '0' } else { ' ' }) == '0';
        let Some(separator) = self.grouping else {
            return self.padded(head, &format!("{whole}{rest}"), '>');
        };
        let mut digits = whole.to_owned();
        if zeros {
            let around = head.chars().count() + rest.chars().count();
            while around + grouped(&digits, separator, every).chars().count() < self.width {
                let longer = format!("0{digits}");
                // A separator at the front would be too much.
                digits = longer;
            }
        }
        let body = grouped(&digits, separator, every) + rest;
        self.padded(head, &body, '>')
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            _ => "",
        }
    }
}

fn grouped(digits: &str, separator: char, every: usize) -> String {
    let length = digits.len();
    let mut out = String::with_capacity(length + length / every);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (length - at).is_multiple_of(every) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Writes a value by a specification: Python's `format()`.
pub(crate) fn format_value(value: &Value, specification: &str) -> Result<String, Error> {
    if specification.is_empty() {
        return Ok(text(value));
    }
    let name = type_name(value);
    match Class::of(value) {
        Class::Text => {
            let it = Specification::parse(specification, &name)?;
            format_text(value.as_str().unwrap_or_default(), &it)
        }
        Class::Bool | Class::Int => {
            let it = Specification::parse(specification, &name)?;
            match Number::of(value) {
                Some(Number::Int(number)) => format_int(number, &it),
                _ => format_float(value, &it, &name),
            }
        }
        Class::Float => format_float(value, &Specification::parse(specification, &name)?, &name),
        _ => match value.downcast_object_ref::<Decimal>() {
            Some(decimal) => format_decimal(decimal, &Specification::parse(specification, &name)?),
            None => format_date(value, specification).ok_or_else(|| {
                type_error(format!(
                    "unsupported format string passed to {name}.__format__"
                ))
            }),
        },
    }
}

fn format_date(value: &Value, specification: &str) -> Option<String> {
    use crate::jinja::library::datetime::format_moment;
    let known = value.downcast_object_ref::<Date>().is_some()
        || value.downcast_object_ref::<Time>().is_some()
        || value.downcast_object_ref::<DateTime>().is_some();
    known.then(|| format_moment(value, specification))
}

fn unknown_code(kind: char, name: &str) -> Error {
    value_error(format!(
        "Unknown format code '{kind}' for object of type '{name}'"
    ))
}

fn format_text(text: &str, it: &Specification) -> Result<String, Error> {
    match it.kind {
        None | Some('s') => {}
        Some(kind) => return Err(unknown_code(kind, "str")),
    }
    if it.sign.is_some() {
        let sign = if it.sign == Some(' ') {
            "Space"
        } else {
            "Sign"
        };
        return Err(value_error(format!(
            "{sign} not allowed in string format specifier"
        )));
    }
    if it.alternate {
        let message = "Alternate form (#) not allowed in string format specifier";
        return Err(value_error(message));
    }
    if let Some(separator) = it.grouping {
        return Err(value_error(format!(
            "Cannot specify '{separator}' with 's'."
        )));
    }
    if it.align == Some('=') {
        let message = "'=' alignment not allowed in string format specifier";
        return Err(value_error(message));
    }
    let kept: String = match it.precision {
        Some(most) => text.chars().take(most).collect(),
        None => text.to_owned(),
    };
    // A zero before the width only says what to fill with.
    let align = it.align.or(Some('<'));
    Ok(Specification {
        align,
        ..it.clone()
    }
    .padded("", &kept, '<'))
}

fn format_int(number: i128, it: &Specification) -> Result<String, Error> {
    let kind = it.kind.unwrap_or('d');
    if "eEfFgG%".contains(kind) {
        return format_float(&Value::from(number as f64), it, "int");
    }
    if !"bcdoxXn".contains(kind) {
        return Err(unknown_code(kind, "int"));
    }
    if it.precision.is_some() {
        return Err(value_error(
            "Precision not allowed in integer format specifier",
        ));
    }
    if kind == 'c' {
        if it.sign.is_some() {
            return Err(value_error(
                "Sign not allowed with integer format specifier 'c'",
            ));
        }
        let c = u32::try_from(number).ok().and_then(char::from_u32);
        let c = c.ok_or_else(|| overflow_error("%c arg not in range(0x110000)"))?;
        return Ok(it.padded("", &c.to_string(), '>'));
    }
    if it.grouping == Some(',') && "boxX".contains(kind) {
        return Err(value_error(format!("Cannot specify ',' with '{kind}'.")));
    }
    let magnitude = number.unsigned_abs();
    let (digits, prefix, every) = match kind {
        'b' => (format!("{magnitude:b}"), "0b", 4),
        'o' => (format!("{magnitude:o}"), "0o", 4),
        'x' => (format!("{magnitude:x}"), "0x", 4),
        'X' => (format!("{magnitude:X}"), "0X", 4),
        _ => (magnitude.to_string(), "", 3),
    };
    let prefix = if it.alternate { prefix } else { "" };
    let head = format!("{}{prefix}", it.sign(number < 0));
    Ok(it.padded_number(&head, &digits, "", every))
}

fn format_float(value: &Value, it: &Specification, name: &str) -> Result<String, Error> {
    let number = f64::try_from(value.clone()).unwrap_or(f64::NAN);
    let form = match it.kind {
        None if it.precision.is_none() => Form::Shortest,
        None => Form::GeneralWithPoint,
        Some('e' | 'E') => Form::Scientific,
        Some('f' | 'F') => Form::Fixed,
        Some('g' | 'G' | 'n') => Form::General,
        Some('%') => Form::Percent,
        Some(kind) => return Err(unknown_code(kind, name)),
    };
    let mut written = float_digits(number.abs(), form, it.precision, it.alternate);
    if it.kind.is_some_and(|kind| kind.is_ascii_uppercase()) {
        written = written.to_uppercase();
    }
    let whole = written.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = written.split_at(whole);
    let negative = number.is_sign_negative() && !number.is_nan();
    Ok(it.padded_number(it.sign(negative), whole, rest, 3))
}

fn format_decimal(number: &Decimal, it: &Specification) -> Result<String, Error> {
    let kind = it.kind.unwrap_or('G');
    let number = match (kind, it.precision) {
        ('f' | 'F', None) => number.clone(),
        ('f' | 'F', Some(places)) => number.to_places(places as i64),
        ('%', places) => {
            let hundred = number.times(&Decimal::from_i128(100))?;
            places.map_or(hundred.clone(), |places| hundred.to_places(places as i64))
        }
        ('e' | 'E' | 'g' | 'G' | 'n', None) => number.clone(),
        _ => {
            let float = Value::from(number.to_f64());
            return format_float(&float, it, "decimal.Decimal");
        }
    };
    let mut written = match kind {
        'f' | 'F' | '%' => number.plain_text(),
        _ => number.to_string(),
    };
    if kind == '%' {
        written.push('%');
    }
    let (negative, magnitude) = match written.strip_prefix('-') {
        Some(magnitude) => (true, magnitude.to_owned()),
        None => (false, written),
    };
    let whole = magnitude.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = magnitude.split_at(whole);
    Ok(it.padded_number(it.sign(negative), whole, rest, 3))
}
