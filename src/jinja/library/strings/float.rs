//! Floats as text, in all the forms that Python writes them.

use crate::adapters::agate::float;

/// How a float is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As `repr` does.
    Shortest,
    /// `e`.
    Scientific,
    /// `f`.
    Fixed,
    /// `g`.
    General,
    /// Like `g`, but a whole number keeps a point.
    GeneralWithPoint,
    /// `%`.
    Percent,
}

/// Writes a float that is not negative. `alternate` keeps the point and zeros at the end.
pub(super) fn float_digits(
    number: f64,
    form: Form,
    precision: Option<usize>,
    alternate: bool,
) -> String {
    if !number.is_finite() {
        let text = float(number);
        return if form == Form::Percent {
            text + "%"
        } else {
            text
        };
    }
    let places = precision.unwrap_or(6);
    let point = |text: String| match alternate && !text.contains('.') {
        true => text + ".",
        false => text,
    };
    match form {
        Form::Shortest => float(number),
        Form::Fixed => point(format!("{number:.places$}")),
        Form::Percent => point(format!("{:.places$}", number * 100.0)) + "%",
        Form::Scientific => {
            let (digits, exponent) = scientific(number, places);
            format!("{}{}", point(digits), exponent_text(exponent))
        }
        Form::General | Form::GeneralWithPoint => general(number, form, precision, alternate),
    }
}

fn scientific(number: f64, places: usize) -> (String, i32) {
    let written = format!("{number:.places$e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    (digits.to_owned(), exponent.parse().unwrap_or_default())
}

fn exponent_text(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("e{sign}{:02}", exponent.abs())
}

fn general(number: f64, form: Form, precision: Option<usize>, alternate: bool) -> String {
    let significant = precision.unwrap_or(6).max(1);
    let (digits, exponent) = scientific(number, significant - 1);
    // Python keeps one digit after the point free here.
    let limit = match form {
        Form::GeneralWithPoint => significant as i32 - 1,
        _ => significant as i32,
    };
    let limit = if form == Form::GeneralWithPoint {
        limit.max(1)
    } else {
        limit
    };
    let is_plain = (-4..limit).contains(&exponent);
    let (mut body, tail) = if is_plain {
        let places = usize::try_from(significant as i32 - 1 - exponent).unwrap_or(0);
        (format!("{number:.places$}"), String::new())
    } else {
        (digits, exponent_text(exponent))
    };
    if alternate {
        if !body.contains('.') {
            body.push('.');
        }
        return body + &tail;
    }
    if body.contains('.') {
        body = body.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    if form == Form::GeneralWithPoint && is_plain && !body.contains('.') {
        body.push_str(".0");
    }
    body + &tail
}
