//! `text % values`.

use minijinja::{Error, Value};

use super::float::{Form, float_digits};
use super::format::ascii;
use super::specification::Specification;
use crate::jinja::library::decimal::Decimal;
use crate::jinja::library::errors::{overflow_error, raise, type_error, value_error};
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::library::object::PythonObject;
use crate::jinja::python::{Class, collect, item, repr, text};

/// Fills a text with values: one, or a tuple of them, or a dict.
pub(crate) fn percent(template: &str, values: &Value) -> Result<String, Error> {
    let class = Class::of(values);
    let (given, is_tuple) = match class {
        Class::Tuple => (collect(values)?, true),
        _ => (vec![values.clone()], false),
    };
    // Whatever has items can be left over.
    let has_items = matches!(
        class,
        Class::Dict | Class::List | Class::Range | Class::Other
    );
    let mut filler = Filler {
        chars: template.chars().collect(),
        at: 0,
        mapping: (!is_tuple && has_items).then_some(values),
        given,
        used: 0,
        named: false,
    };
    let mut out = String::new();
    while let Some(c) = filler.next() {
        match c {
            '%' => out += &filler.conversion()?,
            _ => out.push(c),
        }
    }
    if filler.used < filler.given.len() && filler.mapping.is_none() && !filler.named {
        let message = "not all arguments converted during string formatting";
        return Err(type_error(message));
    }
    Ok(out)
}

struct Filler<'a> {
    chars: Vec<char>,
    at: usize,
    mapping: Option<&'a Value>,
    given: Vec<Value>,
    used: usize,
    named: bool,
}

impl Filler<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied()?;
        self.at += 1;
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn argument(&mut self) -> Result<Value, Error> {
        let value = self.given.get(self.used).cloned();
        self.used += 1;
        value.ok_or_else(|| type_error("not enough arguments for format string"))
    }

    fn name(&mut self) -> Result<Option<String>, Error> {
        if self.peek() != Some('(') {
            return Ok(None);
        }
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        loop {
            match self.next() {
                None => return Err(value_error("incomplete format key")),
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some(_) => {}
            }
            if depth == 0 {
                return Ok(Some(self.chars[start..self.at - 1].iter().collect()));
            }
        }
    }

    fn number(&mut self) -> Result<Option<i64>, Error> {
        if self.peek() == Some('*') {
            self.at += 1;
            return match Number::of(&self.argument()?) {
                Some(Number::Int(number)) => Ok(i64::try_from(number).ok()),
                _ => Err(type_error("* wants int")),
            };
        }
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.chars[start..self.at].iter().collect();
        match digits.parse::<i64>() {
            Ok(number) if number <= 10_000_000 => Ok(Some(number)),
            _ if digits.is_empty() => Ok(None),
            _ => Err(value_error("width too big")),
        }
    }

    fn conversion(&mut self) -> Result<String, Error> {
        let mut named = None;
        if let Some(name) = self.name()? {
            let Some(mapping) = self.mapping else {
                return Err(type_error("format requires a mapping"));
            };
            let found = item(mapping, &Value::from(name.as_str()));
            let found = found.ok_or_else(|| raise("KeyError", repr(&Value::from(name))))?;
            named = Some(found);
            self.named = true;
        }
        let mut style = Specification::default();
        let mut left = false;
        while let Some(flag) = self.peek().filter(|c| "-+ #0".contains(*c)) {
            self.at += 1;
            match flag {
                '-' => left = true,
                '+' => style.sign = Some('+'),
                ' ' if style.sign.is_none() => style.sign = Some(' '),
                '#' => style.alternate = true,
                '0' => style.zero = true,
                _ => {}
            }
        }
        if let Some(width) = self.number()? {
            left |= width < 0;
            style.width = usize::try_from(width.unsigned_abs()).unwrap_or(0);
        }
        if self.peek() == Some('.') {
            self.at += 1;
            let precision = self.number()?.unwrap_or(0);
            style.precision = Some(usize::try_from(precision).unwrap_or(0));
        }
        if self.peek().is_some_and(|c| "hlL".contains(c)) {
            self.at += 1;
        }
        let Some(kind) = self.next() else {
            return Err(value_error("incomplete format"));
        };
        if left {
            style.align = Some('<');
            style.zero = false;
        }
        if kind == '%' {
            return Ok("%".to_owned());
        }
        if !"diouxXeEfFgGcrsa".contains(kind) {
            let at = self.at - 1;
            let code = u32::from(kind);
            return Err(value_error(format!(
                "unsupported format character '{kind}' (0x{code:x}) at index {at}"
            )));
        }
        let value = match named {
            Some(value) => value,
            None => self.argument()?,
        };
        convert(kind, &value, &style)
    }
}

fn convert(kind: char, value: &Value, style: &Specification) -> Result<String, Error> {
    match kind {
        's' | 'r' | 'a' => {
            let written = match kind {
                's' => text(value),
                'r' => repr(value),
                _ => ascii(value),
            };
            let kept = match style.precision {
                Some(most) => written.chars().take(most).collect(),
                None => written,
            };
            let style = Specification {
                zero: false,
                ..style.clone()
            };
            Ok(style.padded("", &kept, '>'))
        }
        'c' => character(value, style),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => float(kind, value, style),
        _ => integer(kind, value, style),
    }
}

fn character(value: &Value, style: &Specification) -> Result<String, Error> {
    let c = match (Number::of(value), value.as_str()) {
        (Some(Number::Int(code)), _) => u32::try_from(code)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| overflow_error("%c arg not in range(0x110000)"))?,
        (_, Some(text)) if text.chars().count() == 1 => text.chars().next().unwrap_or_default(),
        _ => return Err(type_error("%c requires int or char")),
    };
    let style = Specification {
        zero: false,
        ..style.clone()
    };
    Ok(style.padded("", &c.to_string(), '>'))
}

fn float(kind: char, value: &Value, style: &Specification) -> Result<String, Error> {
    let decimal = value.downcast_object_ref::<Decimal>().map(Decimal::to_f64);
    let number = match (Number::of(value), decimal) {
        (Some(number), _) => number.as_f64(),
        (None, Some(number)) => number,
        _ => {
            let name = type_name(value);
            return Err(type_error(format!("must be real number, not {name}")));
        }
    };
    let form = match kind.to_ascii_lowercase() {
        'e' => Form::Scientific,
        'f' => Form::Fixed,
        _ => Form::General,
    };
    let mut written = float_digits(number.abs(), form, style.precision, style.alternate);
    if kind.is_ascii_uppercase() {
        written = written.to_uppercase();
    }
    let negative = number.is_sign_negative() && !number.is_nan();
    Ok(style.padded(sign(style, negative), &written, '>'))
}

fn sign(style: &Specification, negative: bool) -> &'static str {
    match (negative, style.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    }
}

fn integer(kind: char, value: &Value, style: &Specification) -> Result<String, Error> {
    let is_decimal = "diu".contains(kind);
    let decimal = value.downcast_object_ref::<Decimal>();
    let number = match (Number::of(value), decimal) {
        (Some(Number::Int(number)), _) => number,
        (Some(Number::Float(number)), _) if is_decimal => {
            if number.is_nan() {
                return Err(value_error("cannot convert float NaN to integer"));
            }
            if number.is_infinite() {
                return Err(overflow_error("cannot convert float infinity to integer"));
            }
            number.trunc() as i128
        }
        (_, Some(number)) if is_decimal => number.to_i128().unwrap_or_default(),
        _ => {
            let wanted = if is_decimal {
                "a real number"
            } else {
                "an integer"
            };
            let name = match decimal {
                Some(_) => Decimal::TYPE.to_owned(),
                None => type_name(value),
            };
            return Err(type_error(format!(
                "%{kind} format: {wanted} is required, not {name}"
            )));
        }
    };
    let magnitude = number.unsigned_abs();
    let (mut digits, prefix) = match kind {
        'o' => (format!("{magnitude:o}"), "0o"),
        'x' => (format!("{magnitude:x}"), "0x"),
        'X' => (format!("{magnitude:X}"), "0X"),
        _ => (magnitude.to_string(), ""),
    };
    if let Some(least) = style.precision {
        let missing = least.saturating_sub(digits.len());
        digits = "0".repeat(missing) + &digits;
    }
    let prefix = if style.alternate { prefix } else { "" };
    let head = format!("{}{prefix}", sign(style, number < 0));
    Ok(style.padded(&head, &digits, '>'))
}
