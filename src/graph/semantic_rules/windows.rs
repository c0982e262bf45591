//! Windows of time, such as `7 days`.

use serde_json::Value as Json;

use super::{GRAINS, wrong};
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::text::Location;

/// Checks the unit of a window; those of time spines are not allowed everywhere.
pub(super) fn check(
    window: &Json,
    at: Location,
    custom: &[&str],
    custom_allowed: bool,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(unit) = window["granularity"].as_str() else {
        return;
    };
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    let is_custom = |it: &str| custom.contains(&it);
    if GRAINS.contains(&unit) || GRAINS.contains(&singular) {
        return;
    }
    if is_custom(unit) || is_custom(singular) {
        if !custom_allowed {
            let message = format!("the window has the granularity `{unit}` of a time spine");
            let help = format!("dbt takes standard ones here only: {}", GRAINS.join(", "));
            findings.push(wrong(at, message, &help));
        }
        return;
    }
    let known = GRAINS.iter().chain(custom).copied();
    let message = format!("`{unit}` is not a unit of time");
    let help = match did_you_mean(unit, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", GRAINS.join(", ")),
    };
    findings.push(wrong(at, message, &help));
}

/// Checks a unit of time that must be a standard one.
pub(super) fn standard(unit: &Json, at: Location, findings: &mut Vec<Diagnostic>) {
    let Some(unit) = unit.as_str().map(str::to_lowercase) else {
        return;
    };
    if !GRAINS.contains(&unit.as_str()) {
        let message = format!("`{unit}` is not a standard unit of time");
        let help = match did_you_mean(&unit, GRAINS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", GRAINS.join(", ")),
        };
        findings.push(wrong(at, message, &help));
    }
}
