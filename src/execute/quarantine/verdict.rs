//! What a test that takes rows out says of it.

use super::super::node::Built;
use crate::adapters::Response;
use crate::events::Status;

/// What a test gives that has taken rows out.
pub(in crate::execute) fn taken_out(rows: u64) -> Built {
    let message = match rows {
        0 => None,
        1 => Some("Quarantined 1 row".to_owned()),
        rows => Some(format!("Quarantined {rows} rows")),
    };
    let status = match rows {
        0 => Status::Pass,
        _ => Status::Warn,
    };
    looked(status, message, rows)
}

/// What a test says that has found rows, of which none is put aside.
pub(in crate::execute) fn not_taken_out(rows: Option<i64>) -> String {
    match rows {
        Some(1) => "Would have quarantined 1 row, and nothing is put aside".to_owned(),
        rows => format!(
            "Would have quarantined {} rows, and nothing is put aside",
            rows.unwrap_or_default()
        ),
    }
}

/// What a test gives that would take more rows out than it may.
pub(in crate::execute) fn too_many(rows: u64, all: u64, limit: &str) -> Built {
    let results = if rows == 1 { "result" } else { "results" };
    let message =
        format!("Got {rows} {results} of {all} rows, and `max_quarantined` allows {limit}");
    looked(Status::Fail, Some(message), rows)
}

fn looked(status: Status, message: Option<String>, rows: u64) -> Built {
    Built {
        status,
        message,
        failures: Some(i64::try_from(rows).unwrap_or(i64::MAX)),
        response: Response::default(),
        batches: None,
        problems: Vec::new(),
    }
}
