//! `dsql debug`: set-up and connection.

use unicode_width::UnicodeWidthStr;

/// Writes facts by name, aligned, with a mark at those that are not well.
pub(super) fn text(facts: &[(String, String, bool)]) -> String {
    let width = facts
        .iter()
        .map(|(name, ..)| name.width())
        .max()
        .unwrap_or(0);
    let lines = facts.iter().map(|(name, text, well)| {
        let room = " ".repeat(width - name.width());
        let mark = if *well { "" } else { "ERROR " };
        format!("{name}:{room} {mark}{text}\n")
    });
    let lines: String = lines.collect();
    let failed = facts.iter().filter(|(.., well)| !well).count();
    let verdict = match failed {
        0 => "All checks passed!".to_owned(),
        1 => "1 check failed.".to_owned(),
        _ => format!("{failed} checks failed."),
    };
    format!("{lines}\n{verdict}")
}
