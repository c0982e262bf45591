//! Values in messages of the database, which nobody may see.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

/// What stands in place of a value.
const HIDDEN: &str = "*****";

/// Hides what databases put into quotes: `'x'` as a whole, also where the text is cut before it ends, the value of `"email: x"`.
pub(super) fn without_values(text: &str) -> String {
    static QUOTED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"'(?:[^'\n]|'')*'?|"(\w+: )[^"]*""#).ok());
    let Some(quoted) = &*QUOTED else {
        return HIDDEN.to_owned();
    };
    let hidden = quoted.replace_all(text, |found: &regex::Captures<'_>| match found.get(1) {
        Some(name) => format!("\"{}{HIDDEN}\"", name.as_str()),
        None => format!("'{HIDDEN}'"),
    });
    hidden.into_owned()
}

/// Hides them in all texts of a value.
pub(super) fn hide_values(value: &mut Json) {
    match value {
        Json::String(text) => *text = without_values(text),
        Json::Array(all) => all.iter_mut().for_each(hide_values),
        Json::Object(all) => all.values_mut().for_each(hide_values),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_quotes_are_hidden() {
        let told = "Could not convert string 'ann@shop''s' to INT32; Duplicate key \"email: a@b\" of \"orders\"\nLINE 1: values ('ann@...\n";
        let hidden = "Could not convert string '*****' to INT32; Duplicate key \"email: *****\" of \"orders\"\nLINE 1: values ('*****'\n";
        assert_eq!(without_values(told), hidden);
    }
}
