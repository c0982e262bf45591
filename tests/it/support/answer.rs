//! Expected lines and what a run gave.

/// Stands for any text within an expected line.
pub const IGNORE: &str = "<ignore>";

/// How two lines are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Cells, two or more blanks apart.
    Row,
    /// Text, to the byte except for blanks at the end.
    Text,
}

/// Tells whether all lines agree.
pub fn matches(form: Form, expected: &[&str], actual: &[String]) -> bool {
    expected.len() == actual.len()
        && expected
            .iter()
            .zip(actual)
            .all(|(expected, actual)| line_matches(form, expected, actual))
}

/// Returns the lines to expect from here on: `actual`, but an expected line that agrees is kept,
/// and with it its `<ignore>`.
pub fn corrected(form: Form, expected: &[&str], actual: &[String]) -> Vec<String> {
    let keep = |(index, actual): (usize, &String)| match expected.get(index) {
        Some(expected) if line_matches(form, expected, actual) => (*expected).to_owned(),
        _ => actual.clone(),
    };
    actual.iter().enumerate().map(keep).collect()
}

/// Shows both sides, one line each, with a mark before those that differ.
pub fn difference(form: Form, expected: &[&str], actual: &[String]) -> String {
    let mark = |same: bool| if same { ' ' } else { '>' };
    let mut text = String::from("  expected\n");
    for (index, line) in expected.iter().enumerate() {
        let same = actual
            .get(index)
            .is_some_and(|actual| line_matches(form, line, actual));
        text.push_str(&format!("  {} {line}\n", mark(same)));
    }
    text.push_str("  actual\n");
    for (index, line) in actual.iter().enumerate() {
        let same = expected
            .get(index)
            .is_some_and(|expected| line_matches(form, expected, line));
        text.push_str(&format!("  {} {line}\n", mark(same)));
    }
    text
}

fn line_matches(form: Form, expected: &str, actual: &str) -> bool {
    let (expected, actual) = (normal(form, expected), normal(form, actual));
    let Some((first, parts)) = expected.split_once(IGNORE) else {
        return expected == actual;
    };
    let Some(mut rest) = actual.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = parts.rsplit_once(IGNORE).unwrap_or(("", parts));
    for part in middle.split(IGNORE) {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn normal(form: Form, line: &str) -> String {
    match form {
        Form::Text => line.trim_end().to_owned(),
        Form::Row => {
            let cells = line
                .split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty());
            cells.collect::<Vec<_>>().join("  ")
        }
    }
}

#[test]
fn ignore_stands_for_any_text_in_a_line() {
    let same = |expected, actual| line_matches(Form::Text, expected, actual);
    assert!(same("in <ignore>s, <ignore> done", "in 0.1s, 3 done"));
    assert!(same("<ignore>", ""));
    assert!(same("a<ignore>", "a"));
    assert!(!same("a<ignore>a", "a"));
    assert!(!same("a<ignore>b", "abc"));
    assert!(!same("a", "ab"));
}

#[test]
fn rows_agree_whatever_the_alignment() {
    assert!(line_matches(Form::Row, "3  a b   c", "3  a b  c"));
    assert!(!line_matches(Form::Row, "3  a b", "3  a  b"));
    assert!(!line_matches(Form::Text, "3   a", "3  a"));
}

#[test]
fn a_corrected_answer_keeps_lines_that_agree() {
    let actual = ["1  x".to_owned(), "2  y".to_owned(), "3  z".to_owned()];
    let lines = corrected(Form::Row, &["1  <ignore>", "2  q"], &actual);
    assert_eq!(lines, ["1  <ignore>", "2  y", "3  z"]);
}
