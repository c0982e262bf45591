//! Which values of a target nobody may see.

use serde_json::Value as Json;

use crate::adapters::passwords;
use crate::nodes::Dict;

/// Parts of names that say so.
const WORDS: &[&str] = &[
    "access_key",
    "account_key",
    "connection_string",
    "encryption_key",
    "http_headers",
    "passphrase",
    "password",
    "private_key",
    "secret",
    "token",
];

/// Names that have such a word and do not say so.
const OPEN: &[&str] = &["secrets", "secret_name"];

/// Lists the values of a target that are secret: by their names, or passwords within addresses.
pub(super) fn secrets_of_target(target: &Dict) -> Vec<String> {
    let mut secrets = Vec::new();
    let mut waiting: Vec<(bool, &str, &Json)> = Vec::new();
    waiting.extend(
        target
            .iter()
            .map(|(name, value)| (false, name.as_str(), value)),
    );
    while let Some((within, name, value)) = waiting.pop() {
        let lower = name.to_lowercase();
        let named = WORDS.iter().any(|word| lower.contains(word)) && !OPEN.contains(&&*lower);
        let secret = within || named;
        match value {
            Json::String(text) if secret => secrets.push(text.clone()),
            Json::String(text) => secrets.extend(passwords(text).map(str::to_owned)),
            Json::Array(items) => waiting.extend(items.iter().map(|item| (secret, name, item))),
            Json::Object(fields) => {
                let fields = fields.iter();
                waiting.extend(fields.map(|(name, value)| (secret, name.as_str(), value)));
            }
            _ => {}
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_found_by_their_names_and_in_addresses() {
        let target = json!({
            "path": "shop.duckdb", "motherduck_token": "s0",
            "settings": {"s3_secret_access_key": "s1", "memory_limit": "1GB"},
            "secrets": [
                {"type": "s3", "key_id": "open", "secret": "s2", "region": "eu"},
                {"type": "http", "extra_http_headers": {"Authorization": "s3"}},
            ],
            "filesystems": [{"fs": "s3", "secret_key": "s4"}],
            "attach": [
                {"path": "postgres://me:s5@host/db", "secret": "s6"},
                {"path": "dbname=x PASSWORD = 's 7' host=y", "options": {"encryption_key": "s8"}},
                {"path": "mysql:host=y password=s9 port=1"},
                {"path": "s3://bucket/a@b:c"},
            ],
        });
        let mut found = secrets_of_target(target.as_object().expect("a mapping"));
        found.sort();
        let expected = ["s 7", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s8", "s9"];
        assert_eq!(found, expected);
    }
}
