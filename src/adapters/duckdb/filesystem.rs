//! `filesystems` of a profile: what dbt-duckdb opens with Python's fsspec, as secrets of DuckDB.
//!
//! In: an entry, with the names and options of fsspec's own implementations (s3fs, adlfs, http, hf).
//! Out: the secret that gives DuckDB's extensions the same access, if one is needed. What DuckDB has no
//! word for is told.

use serde_json::{Map, Value, json};

use super::secret::Secret;
use crate::adapters::profile::Reader;

/// Options that change how Python reads, and not what.
const TUNING: &[&str] = &[
    "asynchronous",
    "auto_mkdir",
    "batch_size",
    "block_size",
    "blocksize",
    "cache_options",
    "cache_regions",
    "cache_type",
    "default_block_size",
    "default_cache_type",
    "default_fill_cache",
    "encoded",
    "listings_expiry_time",
    "max_concurrency",
    "max_paths",
    "retries",
    "simple_links",
    "skip_instance_cache",
    "timeout",
    "use_listings_cache",
    "version_aware",
];

/// Reads an entry.
pub(super) fn read(at: &Reader<'_>) -> Option<Secret> {
    if !at.value().is_object() {
        at.wrong("", "must be a mapping with `fs`");
        return None;
    }
    let kind = at.required_text("fs")?;
    match &*kind {
        "s3" | "s3a" => s3(at),
        "az" | "abfs" | "abfss" | "adl" => azure(at),
        "gcs" | "gs" => gcs(at),
        "http" | "https" => http(at),
        "hf" => hugging_face(at),
        "file" | "local" => nothing(at),
        _ => {
            let message = "names a file system that DuckDB does not have; it has `s3`, `az`, `gcs`, \
                           `http`, `hf` and `file`";
            at.wrong("fs", message);
            None
        }
    }
}

fn s3(at: &Reader<'_>) -> Option<Secret> {
    const KNOWN: &[&str] = &[
        "anon",
        "client_kwargs",
        "endpoint_url",
        "key",
        "password",
        "profile",
        "requester_pays",
        "secret",
        "token",
        "use_ssl",
        "username",
    ];
    check(at, KNOWN);
    let client = at.section("client_kwargs", |client| {
        const KNOWN: &[&str] = &[
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "endpoint_url",
            "region_name",
            "use_ssl",
        ];
        check(client, KNOWN);
        Some([
            client.text("aws_access_key_id"),
            client.text("aws_secret_access_key"),
            client.text("aws_session_token"),
            client.text("endpoint_url"),
            client.text("region_name"),
            client.truth("use_ssl").map(|it| it.to_string()),
        ])
    });
    let [key, secret, token, endpoint, region, ssl] = client.unwrap_or_default();
    let key = at.text("key").or_else(|| at.text("username")).or(key);
    let secret = at.text("secret").or_else(|| at.text("password")).or(secret);
    let endpoint = at.text("endpoint_url").or(endpoint);
    let ssl = at.truth("use_ssl").map(|it| it.to_string()).or(ssl);
    let (profile, anonymous) = (at.text("profile"), at.truth("anon") == Some(true));
    let mut options = Options::default();
    // Without a key Python looks for one where AWS keeps them.
    if key.is_none() && !anonymous {
        options.add("provider", "credential_chain");
        options.add_given("profile", profile);
    }
    if !anonymous {
        options.add_given("key_id", key);
        options.add_given("secret", secret);
        options.add_given("session_token", at.text("token").or(token));
    }
    options.add_given("region", region);
    let plain = endpoint
        .as_deref()
        .and_then(|it| it.strip_prefix("http://"));
    let host = endpoint.as_deref().map(without_scheme);
    options.add_given("endpoint", host);
    options.add_given("url_style", host.map(|_| "path"));
    options.add_given("use_ssl", plain.map(|_| "false".to_owned()).or(ssl));
    if at.truth("requester_pays") == Some(true) {
        options.add("requester_pays", true);
    }
    options.secret("s3")
}

fn azure(at: &Reader<'_>) -> Option<Secret> {
    const KNOWN: &[&str] = &[
        "account_key",
        "account_name",
        "anon",
        "client_id",
        "client_secret",
        "connection_string",
        "sas_token",
        "tenant_id",
    ];
    check(at, KNOWN);
    let account = at.text("account_name");
    let mut options = Options::default();
    if let Some(given) = at.text("connection_string") {
        options.add("connection_string", given);
        return options.secret("azure");
    }
    let Some(account) = account else {
        at.wrong("", "needs `account_name` or `connection_string`");
        return None;
    };
    let (key, token) = (at.text("account_key"), at.text("sas_token"));
    let client = at.text("client_id");
    if let Some(key) = key {
        let connection = format!(
            "DefaultEndpointsProtocol=https;AccountName={account};AccountKey={key};\
             EndpointSuffix=core.windows.net"
        );
        options.add("connection_string", connection);
    } else if let Some(token) = token {
        let token = token.trim_start_matches('?');
        let connection = format!(
            "BlobEndpoint=https://{account}.blob.core.windows.net;SharedAccessSignature={token}"
        );
        options.add("connection_string", connection);
    } else if let Some(client) = client {
        options.add("provider", "service_principal");
        options.add_given("tenant_id", at.required_text("tenant_id"));
        options.add("client_id", client);
        options.add_given("client_secret", at.required_text("client_secret"));
        options.add("account_name", account);
    } else if at.truth("anon") == Some(false) {
        options.add("provider", "credential_chain");
        options.add("account_name", account);
    } else {
        options.add("provider", "config");
        options.add("account_name", account);
    }
    options.secret("azure")
}

fn gcs(at: &Reader<'_>) -> Option<Secret> {
    if at.get("token") != Some(&json!("anon")) {
        at.wrong(
            "",
            "needs credentials of Google, and DuckDB takes HMAC keys; remove it, and write \
             `{type: gcs, key_id: …, secret: …}` under `secrets`",
        );
        return None;
    }
    check(at, &["project", "token"]);
    None
}

fn http(at: &Reader<'_>) -> Option<Secret> {
    check(at, &["client_kwargs", "headers"]);
    let headers = |at: &Reader<'_>| at.get("headers").and_then(Value::as_object).cloned();
    let of_client = at.section("client_kwargs", |client| {
        check(client, &["headers"]);
        headers(client)
    });
    let mut all = of_client.unwrap_or_default();
    all.extend(headers(at).unwrap_or_default());
    if all.is_empty() {
        return None;
    }
    let mut options = Options::default();
    options.add("extra_http_headers", all);
    options.secret("http")
}

fn hugging_face(at: &Reader<'_>) -> Option<Secret> {
    check(at, &["token"]);
    let mut options = Options::default();
    options.add("token", at.text("token")?);
    options.secret("huggingface")
}

fn nothing(at: &Reader<'_>) -> Option<Secret> {
    check(at, &[]);
    None
}

/// Tells options that DuckDB has no word for.
fn check(at: &Reader<'_>, known: &[&str]) {
    for (key, _) in at.items() {
        if key != "fs" && !known.contains(&key) && !TUNING.contains(&key) {
            at.wrong(
                key,
                "is an option of Python's fsspec that DuckDB does not have; remove it",
            );
        }
    }
}

fn without_scheme(address: &str) -> &str {
    let host = address.split_once("://").map_or(address, |(_, host)| host);
    host.trim_end_matches('/')
}

/// What a secret is made of, in order.
#[derive(Default)]
struct Options(Map<String, Value>);

impl Options {
    fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn add_given(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    fn secret(self, kind: &str) -> Option<Secret> {
        (!self.0.is_empty()).then(|| Secret::of_filesystem(kind, self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::ProfileError;
    use crate::adapters::duckdb::Credentials;

    fn secrets(filesystems: Value) -> Result<Vec<String>, Vec<String>> {
        let target = json!({"path": "x.duckdb", "filesystems": filesystems});
        let target = target.as_object().expect("a mapping");
        let shown =
            |it: Vec<ProfileError>| it.iter().map(ProfileError::to_string).collect::<Vec<_>>();
        let read = Credentials::parse(target).map_err(shown)?;
        let created = "CREATE OR REPLACE SECRET ";
        let sql = read.secrets.iter().map(Secret::sql);
        Ok(sql
            .map(|it| it.trim_start_matches(created).to_owned())
            .collect())
    }

    #[test]
    fn entries_become_secrets() {
        let given = json!([
            {"fs": "s3", "anon": false, "key": "k", "secret": "it's", "token": "t",
                "default_block_size": 5, "client_kwargs": {
                    "endpoint_url": "http://localhost:4566/", "region_name": "eu-west-1"}},
            {"fs": "s3a", "username": "u", "password": "p", "endpoint_url": "https://a.example"},
            {"fs": "s3", "profile": "work", "requester_pays": true},
            {"fs": "s3", "anon": true},
            {"fs": "abfs", "account_name": "a", "account_key": "b=="},
            {"fs": "az", "account_name": "a", "sas_token": "?sv=1&sig=2"},
            {"fs": "az", "account_name": "a", "client_id": "c", "client_secret": "d", "tenant_id": "e"},
            {"fs": "az", "account_name": "a", "anon": false},
            {"fs": "az", "account_name": "a"},
            {"fs": "az", "connection_string": "x=y"},
            {"fs": "gcs", "token": "anon"},
            {"fs": "https", "client_kwargs": {"headers": {"Authorization": "Bearer b"}}},
            {"fs": "hf", "token": "t"},
            {"fs": "hf"},
            {"fs": "file", "auto_mkdir": true},
        ]);
        let expected = [
            "_dbt_filesystem_1 (type s3, key_id 'k', secret 'it''s', session_token 't', \
             region 'eu-west-1', endpoint 'localhost:4566', url_style 'path', use_ssl 'false')",
            "_dbt_filesystem_2 (type s3, key_id 'u', secret 'p', endpoint 'a.example', \
             url_style 'path')",
            "_dbt_filesystem_3 (type s3, provider credential_chain, profile 'work', \
             requester_pays 'True')",
            "_dbt_filesystem_5 (type azure, connection_string \
             'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b==;\
             EndpointSuffix=core.windows.net')",
            "_dbt_filesystem_6 (type azure, connection_string \
             'BlobEndpoint=https://a.blob.core.windows.net;SharedAccessSignature=sv=1&sig=2')",
            "_dbt_filesystem_7 (type azure, provider service_principal, tenant_id 'e', \
             client_id 'c', client_secret 'd', account_name 'a')",
            "_dbt_filesystem_8 (type azure, provider credential_chain, account_name 'a')",
            "_dbt_filesystem_9 (type azure, provider config, account_name 'a')",
            "_dbt_filesystem_10 (type azure, connection_string 'x=y')",
            "_dbt_filesystem_12 (type http, extra_http_headers map {'Authorization': 'Bearer b'})",
            "_dbt_filesystem_13 (type huggingface, token 't')",
        ];
        assert_eq!(secrets(given), Ok(expected.map(str::to_owned).into()));
    }

    #[test]
    fn what_duckdb_does_not_have_is_told() {
        let given = json!([
            "s3",
            {"key": "k"},
            {"fs": "sftp", "host": "h"},
            {"fs": "s3", "key": "k", "s3_additional_kwargs": {}, "client_kwargs": {"verify": false}},
            {"fs": "gs", "project": "p"},
            {"fs": "az"},
        ]);
        let option = "is an option of Python's fsspec that DuckDB does not have; remove it";
        let expected = [
            "`filesystems.0` must be a mapping with `fs`".to_owned(),
            "`filesystems.1` needs `fs`".to_owned(),
            "`filesystems.2.fs` names a file system that DuckDB does not have; it has `s3`, `az`, \
             `gcs`, `http`, `hf` and `file`"
                .to_owned(),
            format!("`filesystems.3.s3_additional_kwargs` {option}"),
            format!("`filesystems.3.client_kwargs.verify` {option}"),
            "`filesystems.4` needs credentials of Google, and DuckDB takes HMAC keys; remove it, \
             and write `{type: gcs, key_id: …, secret: …}` under `secrets`"
                .to_owned(),
            "`filesystems.5` needs `account_name` or `connection_string`".to_owned(),
        ];
        assert_eq!(secrets(given), Err(expected.into()));
    }
}
