//! How often a property is tried.

use proptest::test_runner::Config;

/// Few times where each takes long; `PROPTEST_CASES` asks for more.
pub fn few(cases: u32) -> Config {
    let more = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: more.and_then(|it| it.parse().ok()).unwrap_or(cases),
        failure_persistence: None,
        ..Config::default()
    }
}
