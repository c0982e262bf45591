//! Events of runs as lines.

use serde_json::{Map, Value};

use crate::event_log::COLUMNS;

/// Writes an event, of which these are the values of the columns.
pub(super) fn line(values: &[Option<String>], as_json: bool) -> String {
    let columns = COLUMNS.iter().zip(values);
    if as_json {
        let fields = columns.map(|((name, kind), value)| {
            let value = value.as_deref().map_or(Value::Null, |it| typed(kind, it));
            ((*name).to_owned(), value)
        });
        return Value::Object(fields.collect::<Map<_, _>>()).to_string();
    }
    let of = |name: &str| {
        let mut columns = columns.clone();
        let found = columns.find(|((column, _), _)| *column == name);
        found
            .and_then(|it| it.1.as_deref())
            .filter(|it| !it.is_empty())
    };
    let moment = of("happened_at").unwrap_or_default();
    let moment = moment.split('.').next().unwrap_or(moment);
    let level = match of("level") {
        Some("info") | None => "",
        Some(level) => level,
    };
    let mut words = vec![
        moment.to_owned(),
        format!("{level:<5}"),
        format!("{:<16}", of("kind").unwrap_or_default()),
    ];
    words.extend(of("name").map(str::to_owned));
    let seconds = of("seconds").and_then(|it| it.parse::<f64>().ok());
    match (of("status"), seconds) {
        (Some(status), Some(seconds)) => words.push(format!("{status} in {seconds:.2}s")),
        (Some(status), None) => words.push(status.to_owned()),
        (None, Some(seconds)) => words.push(format!("{seconds:.2}s")),
        (None, None) => {}
    }
    // A message of several lines has no place on one.
    let message = of("message").map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    words.extend(message);
    words.join("  ").trim_end().to_owned()
}

fn typed(kind: &str, text: &str) -> Value {
    let is_text = matches!(kind, "varchar" | "timestamp");
    let read = || serde_json::from_str(text).ok();
    let value = if is_text { None } else { read() };
    value.unwrap_or_else(|| Value::from(text))
}
