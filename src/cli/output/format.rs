//! A message as one line of a kind.

use chrono::{DateTime, Local, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::line::uncolored;
use super::record::Record;

/// The form of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A time and the words.
    Text,
    /// Time, level and thread before the words.
    Debug,
    /// dbt's event shape, one object a line.
    Json,
}

impl Format {
    /// Reads the value of `--log-format`.
    pub(super) fn named(word: Option<&str>, default: Self) -> Self {
        match word {
            Some("text") => Self::Text,
            Some("debug") => Self::Debug,
            Some("json") => Self::Json,
            _ => default,
        }
    }
}

/// When and where a message came up.
pub(super) struct Moment<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// Name of the thread.
    pub thread: &'a str,
    /// Identity of the run.
    pub invocation_id: &'a str,
}

/// Writes a message without its line break.
pub(super) fn line(record: &Record, format: Format, color: bool, moment: &Moment<'_>) -> String {
    let painted = |text: &str| {
        if color {
            text.to_owned()
        } else {
            uncolored(text)
        }
    };
    match format {
        Format::Text if record.print || record.drawing => painted(&record.message),
        Format::Text => {
            let time = moment.now.format("%H:%M:%S");
            painted(&format!("{time}  {}", record.message))
                .trim_end_matches(' ')
                .to_owned()
        }
        Format::Debug => {
            let local = moment.now.with_timezone(&Local);
            let time = local.format("%H:%M:%S%.6f");
            let mut head = String::new();
            if record.name == "MainReportVersion" {
                let rule = "=".repeat(30);
                head = format!("\n\n{rule} {time} | {} {rule}\n", moment.invocation_id);
            }
            let thread: String = moment.thread.chars().take(10).collect();
            let level = record.level.as_str();
            painted(&format!(
                "{head}{time} [{level:<5}] [{thread:<10}]: {}",
                record.message
            ))
        }
        Format::Json => {
            let mut json = json(record, color, moment);
            // As dbt: names in order.
            json.sort_all_objects();
            json.to_string()
        }
    }
}

fn json(record: &Record, color: bool, moment: &Moment<'_>) -> Value {
    let message = if color {
        record.message.clone()
    } else {
        uncolored(&record.message)
    };
    json!({
        "data": record.data,
        "info": {
            "category": "",
            "code": record.code,
            "extra": {},
            "invocation_id": moment.invocation_id,
            "level": record.level.as_str(),
            "msg": message,
            "name": record.name,
            "pid": std::process::id(),
            "thread": moment.thread,
            "ts": moment.now.to_rfc3339_opts(SecondsFormat::Micros, true),
        },
    })
}
