//! YAML is read as PyYAML reads it: `tests/yaml/generate.py` wrote what is expected.

use std::path::{Path, PathBuf};

use dsql::text::FileId;
use dsql::yaml::{Mapping, Node, Value, parse};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// Where dsql differs: bare indicators in brackets, the line breaks of YAML 1.1 beyond ASCII, and
/// a lone document end, which PyYAML refuses.
const DIFFERENT: &[&str] = &["[-]", "[?b]", "a: '\u{85}'", "..."];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml")
}

#[test]
fn snippets_are_read_as_by_pyyaml() {
    let snippets = std::fs::read_to_string(folder().join("snippets.json")).unwrap();
    let snippets: Vec<Json> = serde_json::from_str(&snippets).unwrap();
    let mut wrong = Vec::new();
    for snippet in &snippets {
        let text = snippet["yaml"].as_str().unwrap();
        if DIFFERENT.contains(&text) {
            continue;
        }
        compare(text, &snippet["value"], &format!("{text:?}"), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_are_read_as_by_pyyaml() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "yml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let expected = std::fs::read_to_string(path.with_extension("json")).unwrap();
            let expected: Json = serde_json::from_str(&expected).unwrap();
            compare(&text, &expected, &path.display().to_string(), &mut wrong);
            count += 1;
        }
    }
    assert!(count > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(text: &str, expected: &Json, name: &str, wrong: &mut Vec<String>) {
    let (node, findings) = parse(FileId(0), text);
    if let Some(node) = &node {
        check_spans(text, node, name, wrong);
    }
    let errors = || {
        findings
            .iter()
            .map(|it| it.message.as_str())
            .collect::<Vec<_>>()
    };
    if expected.get("!error").is_some() {
        if let Some(node) = node {
            let found = encode(&node);
            wrong.push(format!("{name}: read, PyYAML has an error: {found}"));
        }
        return;
    }
    let found = node.map(|node| encode(&node));
    // As text, so that the order of keys counts.
    if found.as_ref().map(Json::to_string) != Some(expected.to_string()) {
        wrong.push(format!(
            "{name}: {found:?} instead of {expected}: {:?}",
            errors()
        ));
    }
}

/// What stands at a scalar's span is the scalar, and children lie within their parents.
fn check_spans(text: &str, node: &Node, name: &str, wrong: &mut Vec<String>) {
    let span = node.location.span;
    let Some(written) = text.get(span.range()) else {
        wrong.push(format!("{name}: {span:?} is not in the text"));
        return;
    };
    match &node.value {
        Value::Seq(items) => items
            .iter()
            .for_each(|it| check_spans(text, it, name, wrong)),
        Value::Map(mapping) => {
            for entry in mapping {
                check_spans(text, &entry.key, name, wrong);
                check_spans(text, &entry.value, name, wrong);
            }
        }
        Value::String(value)
            if !value.contains(char::is_whitespace) && !written.contains(['\\', '&', '!', '%']) =>
        {
            let bare = written.trim_start_matches(['|', '>', '-', '+', '\n', ' ']);
            let value = value.trim_start_matches(['-', '+']);
            if !bare.replace("''", "'").contains(value) {
                wrong.push(format!("{name}: {value:?} has the bytes {written:?}"));
            }
        }
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Date(_)
            if written.is_empty() || written.trim() != written =>
        {
            wrong.push(format!(
                "{name}: {:?} has the bytes {written:?}",
                node.value
            ));
        }
        _ => {}
    }
}

fn encode(node: &Node) -> Json {
    match &node.value {
        Value::Int(value) if value.unsigned_abs() < 1 << 53 => {
            json!(i64::try_from(*value).unwrap())
        }
        Value::Int(value) => json!({"!int": value.to_string()}),
        Value::BigInt(digits) => json!({"!int": digits}),
        Value::Float(value) => json!({"!float": python_float(*value)}),
        Value::Date(_) => json!({"!date": node.to_json()}),
        Value::Timestamp(..) => json!({"!timestamp": node.to_json()}),
        Value::Seq(items) => items.iter().map(encode).collect(),
        Value::Map(mapping) => encode_mapping(mapping),
        Value::Null | Value::Bool(_) | Value::String(_) => node.to_json(),
    }
}

fn encode_mapping(mapping: &Mapping) -> Json {
    if mapping.iter().all(|it| it.key.as_str().is_some()) {
        let entry = |key: &Node, value| (key.as_str().unwrap().to_owned(), encode(value));
        return Json::Object(mapping.iter().map(|it| entry(&it.key, &it.value)).collect());
    }
    let pairs: Vec<_> = mapping
        .iter()
        .map(|it| json!([encode(&it.key), encode(&it.value)]))
        .collect();
    json!({"!map": pairs})
}

fn python_float(value: f64) -> String {
    match value {
        _ if value.is_nan() => "nan".to_owned(),
        f64::INFINITY => "inf".to_owned(),
        f64::NEG_INFINITY => "-inf".to_owned(),
        _ => format!("{value:?}"),
    }
}

#[test]
fn aliases_cannot_blow_up() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        text += &format!("a{level}: &a{level} [{below}]\n");
    }
    let (node, findings) = parse(FileId(0), &text);
    assert!(node.is_none());
    assert!(
        findings[0].message.contains("repeat more than"),
        "{findings:?}"
    );
}

#[test]
fn nesting_cannot_overflow_the_stack() {
    let block: String = (0..3_000)
        .map(|it| format!("{}a:\n", " ".repeat(it)))
        .collect();
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        block,
    ] {
        let (node, findings) = parse(FileId(0), &text);
        assert!(node.is_none());
        assert_eq!(findings.len(), 1);
    }
}

#[test]
fn origins_of_string_offsets_are_found() {
    let text = "a: 'it''s {{ x }}'\nb: \"\\tx\\u0041 {{ y }}\"\nc: |\n  one\n    two {{ z }}\n\n  č {{ w }}\nd: >-\n  one\n  two {{ v }}\ne: one\n  {{ u }}\n";
    let (node, _) = parse(FileId(0), text);
    let node = node.unwrap();
    for entry in node.as_map().unwrap() {
        let map = dsql::yaml::origin(text, &entry.value);
        let value = entry.value.as_str().unwrap();
        for (offset, _) in value.match_indices("{{") {
            let location = map.origin(offset).unwrap();
            let start = location.span.start as usize;
            assert_eq!(
                text[start..start + 6],
                value[offset..offset + 6],
                "{value:?}"
            );
        }
        assert!(value.contains("{{"));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[-a-c:,&*!|>'\"%@`{}\\[\\]#?\\\\ \t\r\n0-9.~=<\u{feff}é\u{2028}]{0,60}") {
        let (node, findings) = parse(FileId(0), &text);
        prop_assert_eq!(node.is_none(), findings.iter().any(dsql::diagnostics::Diagnostic::is_error));
        for label in findings.iter().flat_map(|it| &it.labels) {
            prop_assert!(text.get(label.location.span.start as usize..).is_some(), "{:?}", label);
        }
    }

    #[test]
    fn any_characters_are_read_or_refused(text in "\\PC{0,80}") {
        parse(FileId(0), &text);
    }
}

#[test]
fn large_mappings_keep_the_last_of_equal_keys() {
    let keys = (0..40).map(|key| format!("k{}: {key}\n", key % 30));
    let (node, findings) = parse(FileId(0), &keys.collect::<String>());
    let mapping = node.unwrap();
    assert_eq!(mapping.as_map().unwrap().len(), 30);
    assert_eq!(mapping.get("k3").unwrap().value, Value::Int(33));
    assert_eq!(findings.len(), 10);
}
