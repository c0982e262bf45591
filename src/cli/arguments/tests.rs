//! Command lines and what they mean.

use super::*;
use crate::system::MemorySystem;

fn read_words(words: &str, system: &MemorySystem) -> Result<Invocation, Answer> {
    let words: Vec<OsString> = std::iter::once("dsql")
        .chain(words.split(' '))
        .map(Into::into)
        .collect();
    read(&words, system)
}

fn ok(words: &str) -> Invocation {
    read_words(words, &MemorySystem::default()).unwrap_or_else(|it| panic!("{words}: {}", it.text))
}

fn wrong(words: &str) -> String {
    let answer = read_words(words, &MemorySystem::default()).expect_err(words);
    assert_eq!(answer.exit, 2, "{}", answer.text);
    answer.text
}

#[test]
fn the_tree_is_sound() {
    program().debug_assert();
}

#[test]
fn general_options_stand_before_or_behind_the_command() {
    for words in [
        "--target prod --no-print run",
        "run --target prod --no-print",
        "--target dev run -t prod --no-print",
    ] {
        let invocation = ok(words);
        assert_eq!(invocation.text("target"), Some("prod"), "{words}");
        assert!(!invocation.on("print"), "{words}");
    }
}

#[test]
fn the_last_of_a_pair_wins() {
    assert!(ok("run --no-fail-fast -x").on("fail_fast"));
    assert!(!ok("run -x --no-fail-fast").on("fail_fast"));
    assert!(!ok("--debug run --no-debug").on("debug"));
    assert!(!ok("run --no-color").on("use_colors"));
    assert!(!ok("run --no-color").on("use_colors_file"));
}

#[test]
fn lists_take_words_up_to_the_next_option() {
    let invocation = ok("build --select a b+ --exclude c -s d --full-refresh");
    assert_eq!(invocation.list("select"), ["a", "b+", "d"]);
    assert_eq!(invocation.list("exclude"), ["c"]);
    assert!(invocation.on("full_refresh"));
    assert_eq!(ok("run -m a").list("select"), ["a"]);
    assert_eq!(ok("ls --models a").list("models"), ["a"]);
    assert_eq!(
        ok("ls --resource-type model test").list("resource_types"),
        ["model", "test"]
    );
}

#[test]
fn values_may_look_like_options() {
    assert_eq!(ok("show --limit -1 -s a").number("limit"), Some(-1));
    assert_eq!(ok("show --inline --x").text("inline"), Some("--x"));
    assert_eq!(
        ok("run-operation grant --args {a:1}").text("macro"),
        Some("grant")
    );
    assert_eq!(ok("run --log-format JSON").text("log_format"), Some("json"));
}

#[test]
fn the_engine_variable_wins_and_the_command_line_over_both() {
    let mut system = MemorySystem::default();
    for (name, value) in [
        ("DBT_TARGET", "a"),
        ("DBT_ENGINE_TARGET", "b"),
        ("DBT_QUIET", "yes"),
        ("DBT_NO_PRINT", "1"),
        ("DBT_PROFILE", ""),
    ] {
        system = system.with_env(name, value);
    }
    let invocation = read_words("run", &system).expect("a run");
    assert_eq!(invocation.text("target"), Some("b"));
    assert!(invocation.on("quiet"));
    assert!(!invocation.on("print"));
    assert!(!invocation.is_given("profile"));
    let invocation = read_words("run -t c --no-quiet", &system).expect("a run");
    assert_eq!(invocation.text("target"), Some("c"));
    assert!(!invocation.on("quiet"));
    let system = system.with_env("DBT_DEBUG", "maybe");
    let answer = read_words("run", &system).expect_err("no truth value");
    assert!(answer.text.contains("DBT_DEBUG"), "{}", answer.text);
}

#[test]
fn mistakes_are_explained() {
    assert!(wrong("run --selct a").contains("--select"));
    assert!(wrong("biuld").contains("build"));
    assert!(wrong("run --sample x").contains("it is not a number and a word"));
    assert!(wrong("show -s a --inline b").contains("cannot be used with"));
    assert!(wrong("compile --output name").contains("json, text"));
    assert!(wrong("run-operation").contains("<macro>"));
    assert!(!ok("run --no-defer").on("defer"));
}

#[test]
fn the_version_is_told_anywhere() {
    for words in ["--version", "-v", "-V", "run --version"] {
        let answer = read_words(words, &MemorySystem::default()).expect_err(words);
        assert!(
            answer.exit == 0 && answer.text.starts_with("dsql "),
            "{words}: {answer:?}"
        );
    }
}

#[test]
fn numbers_and_names_of_nodes_are_asked_for_by_example() {
    let two = wrong("run --threads two");
    assert!(two.contains("--threads takes a number such as 4"), "{two}");
    let name = wrong("build stg_orders");
    assert!(name.contains("write `--select stg_orders`"), "{name}");
}
