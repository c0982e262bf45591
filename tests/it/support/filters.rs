//! What changes from run to run, replaced by names. The only place with such patterns.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\x1b\[[0-9;]*[A-Za-z]", ""),
        (
            r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "[uuid]",
        ),
        (
            r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(Z|\+00:00)?",
            "[timestamp]",
        ),
        (r"\b\d\d:\d\d:\d\d(\.\d+)?\b", "[time]"),
        (r"http://127\.0\.0\.1:\d+/", "[hub]"),
        (r"\b\d+ macros\b", "[n] macros"),
        (r"\b\d+(\.\d+)? ?(µs|ms|s|seconds|secs)\b", "[duration]"),
    ]
    .map(|(pattern, name)| (Regex::new(pattern).expect("a valid pattern"), name))
    .to_vec()
});

/// Replaces the project's folder, times, durations, identities, dsql's version and the number of its
/// macros by names.
pub fn apply(text: &str, project: &Path) -> String {
    let mut text = text.replace("\r\n", "\n");
    let real = project
        .canonicalize()
        .unwrap_or_else(|_| project.to_owned());
    for folder in [real.as_path(), project] {
        text = text.replace(&folder.display().to_string(), "[project]");
    }
    text = text.replace(
        concat!("dsql ", env!("CARGO_PKG_VERSION")),
        "dsql [version]",
    );
    for (pattern, name) in PATTERNS.iter() {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}

#[test]
fn volatile_parts_are_named() {
    let text =
        "\x1b[31m12:01:59\x1b[0m in 0.25s, run 936da01f-9abd-4d9d-80c7-02af85c822a8 of /p/a.sql";
    assert_eq!(
        apply(text, Path::new("/p")),
        "[time] in [duration], run [uuid] of [project]/a.sql"
    );
    assert_eq!(
        apply("2024-01-03,90 and 3 rows", Path::new("/p")),
        "2024-01-03,90 and 3 rows"
    );
}
