//! Copies of a target's databases in place of the databases themselves.

use serde_json::Value;

use super::credentials::Credentials;
use crate::adapters::ProfileError;
use crate::invocation::Rehearsal;
use crate::nodes::Dict;

/// Lists the files of the databases that can be written to. `Err` names those that are no files.
pub fn database_files(target: &Dict) -> Result<Vec<String>, Vec<ProfileError>> {
    let credentials = Credentials::parse(target)?;
    let mut problems = Vec::new();
    let mut files = Vec::new();
    let mut add = |key: &[&str], path: &str| {
        let message = match path {
            ":memory:" => "is in memory, so there is nothing left of it to look at",
            _ if path.contains(':') => {
                "is no file that can be copied; with `read_only: true` it is left as it is"
            }
            _ => {
                files.push(path.to_owned());
                return;
            }
        };
        problems.push(ProfileError {
            key: key.iter().map(|it| (*it).to_owned()).collect(),
            message: message.to_owned(),
        });
    };
    add(&["path"], &credentials.path);
    for (at, attached) in credentials.attach.iter().enumerate() {
        if !attached.is_read_only() {
            add(&["attach", &at.to_string(), "path"], &attached.path);
        }
    }
    match problems.is_empty() {
        true => Ok(files),
        false => Err(problems),
    }
}

/// Puts the copies in. A database that is to be written to and has no copy is an error: it is never
/// touched.
pub fn rehearse(target: &mut Dict, rehearsal: &Rehearsal) -> Result<(), Vec<ProfileError>> {
    let writable = database_files(target)?;
    let missing = writable
        .iter()
        .find(|it| !rehearsal.databases.contains_key(*it));
    if missing.is_some() {
        return Err(vec![ProfileError {
            key: vec!["path".to_owned()],
            message: "has no copy to work on".to_owned(),
        }]);
    }
    let copy = |path: Option<&mut Value>| {
        if let Some(Value::String(path)) = path
            && let Some(copy) = rehearsal.databases.get(path)
        {
            path.clone_from(copy);
        }
    };
    copy(target.get_mut("path"));
    let attached = target.get_mut("attach").and_then(Value::as_array_mut);
    for database in attached.into_iter().flatten() {
        copy(database.get_mut("path"));
    }
    let root = rehearsal.external_root.as_str();
    target.insert("external_root".to_owned(), root.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(value: &Value) -> Dict {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn files_that_can_be_written_to_are_copied() {
        let mut target = target(
            &json!({"path": "a.duckdb", "external_root": "out", "attach": [
                {"path": "b.duckdb"}, {"path": "c.duckdb", "read_only": true},
                {"path": "postgres:x", "options": {"read_only": true}},
            ]}),
        );
        assert_eq!(database_files(&target).unwrap(), ["a.duckdb", "b.duckdb"]);
        let of = |name: &str| (name.to_owned(), format!("copies/{name}"));
        let mut rehearsal = Rehearsal {
            databases: [of("a.duckdb")].into(),
            external_root: "copies/out".to_owned(),
            ..Rehearsal::default()
        };
        rehearse(&mut target, &rehearsal).expect_err("b has no copy");
        rehearsal.databases.extend([of("b.duckdb")]);
        rehearse(&mut target, &rehearsal).unwrap();
        let paths = |at: &str| target.get("attach").unwrap().pointer(at).unwrap().clone();
        assert_eq!(target["path"], "copies/a.duckdb");
        assert_eq!(target["external_root"], "copies/out");
        assert_eq!(paths("/0/path"), "copies/b.duckdb");
        assert_eq!(paths("/1/path"), "c.duckdb");
    }

    #[test]
    fn what_is_no_file_is_told() {
        let target = target(&json!({"attach": [{"path": "postgres:x"}]}));
        let told = database_files(&target).unwrap_err();
        let told: Vec<_> = told.iter().map(ProfileError::to_string).collect();
        assert_eq!(
            told,
            [
                "`path` is in memory, so there is nothing left of it to look at",
                "`attach.0.path` is no file that can be copied; with `read_only: true` it is left as it is",
            ]
        );
    }
}
