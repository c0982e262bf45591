//! A database's answer as it stands in `run_results.json`.

use crate::adapters::Response;
use crate::nodes::Dict;

/// Turns an answer into dbt's `adapter_response`: keys without a value are left out.
pub(super) fn adapter_response(response: &Response) -> Dict {
    let mut dict = Dict::new();
    dict.insert("_message".to_owned(), response.message.as_str().into());
    if let Some(code) = &response.code {
        dict.insert("code".to_owned(), code.as_str().into());
    }
    if let Some(rows) = response.rows_affected {
        dict.insert("rows_affected".to_owned(), rows.into());
    }
    dict
}
