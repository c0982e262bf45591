//! `dsql explain CODE`: the page of an error or a warning.

use crate::cli::{error_pages, streams};
use crate::diagnostics::{Code, did_you_mean};
use crate::invocation::Invocation;

/// Prints a page, or the list of codes when none is named.
pub(super) fn explain(invocation: &Invocation) -> u8 {
    let Some(code) = invocation.text("code") else {
        let codes: String = Code::ALL.iter().map(|code| format!("{code}\n")).collect();
        streams::out(&codes);
        return 0;
    };
    let wanted = code.trim_matches(['[', ']']).to_lowercase();
    if let Some(page) = error_pages::page(&wanted) {
        streams::out(page);
        return 0;
    }
    let codes = || Code::ALL.iter().map(|code| code.as_str());
    let longer = codes().find(|code| !wanted.is_empty() && code.contains(&*wanted));
    let help = match did_you_mean(&wanted, codes()).or(longer) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`dsql explain` lists all codes".to_owned(),
    };
    streams::err(&format!(
        "error: there is no code `{code}`\n  help: {help}\n"
    ));
    2
}
