//! What is measured of a node before its commit: `checkpoint`.

use serde_json::Value;

use super::{Dict, Limit, Node};

/// The configuration that asks for it.
pub const CHECKPOINT: &str = "checkpoint";
/// What it can say beside `true` and `false`.
pub const CHECKPOINT_KEYS: [&str; 3] = ["columns", "lag", "sample"];

/// What is measured beside rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checkpoint {
    /// Which columns.
    pub columns: CheckedColumns,
    /// The column that says from when a row is.
    pub lag: Option<String>,
    /// How many of a hundred rows columns are measured of; none means all.
    pub sample: Option<f64>,
}

/// The columns that are measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum CheckedColumns {
    /// None.
    #[default]
    None,
    /// All that there are.
    All,
    /// Those with these names.
    Named(Vec<String>),
}

/// What is wrong with a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct WrongCheckpoint {
    /// The key within it, if it is one.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

impl Checkpoint {
    /// Reads what a configuration says: none for `false`.
    pub fn parse(value: &Value) -> Result<Option<Self>, WrongCheckpoint> {
        match value {
            Value::Bool(false) => Ok(None),
            Value::Bool(true) => Ok(Some(Self::default())),
            Value::Object(map) => Self::of(map).map(Some),
            other => Err(WrongCheckpoint {
                key: None,
                message: format!("`{CHECKPOINT}` cannot be {other}"),
                help: "write `true`, `false`, or what is measured: `{columns: [amount], lag: updated_at}`"
                    .to_owned(),
            }),
        }
    }

    /// Reads what is measured.
    pub fn of(map: &Dict) -> Result<Self, WrongCheckpoint> {
        let wrong = |key: &str, value: &Value, help: &str| WrongCheckpoint {
            key: Some(key.to_owned()),
            message: format!("`{key}` of a checkpoint cannot be {value}"),
            help: help.to_owned(),
        };
        let mut read = Self::default();
        for (key, value) in map.iter().filter(|(_, it)| !it.is_null()) {
            match key.as_str() {
                "columns" => {
                    let columns = columns(value);
                    let help = "write names, `[amount, ordered_at]`, or `all`";
                    read.columns = columns.ok_or_else(|| wrong(key, value, help))?;
                }
                "lag" => {
                    let lag = value.as_str().map(str::to_owned);
                    let help = "name the column that says from when a row is, such as `updated_at`";
                    read.lag = Some(lag.ok_or_else(|| wrong(key, value, help))?);
                }
                "sample" => {
                    let sample = share(value);
                    let help = "write a share of rows, such as `10%`";
                    read.sample = Some(sample.ok_or_else(|| wrong(key, value, help))?);
                }
                _ => {
                    return Err(WrongCheckpoint {
                        key: Some(key.clone()),
                        message: format!("a checkpoint has no `{key}`"),
                        help: format!("there are `{}`", CHECKPOINT_KEYS.join("`, `")),
                    });
                }
            }
        }
        Ok(read)
    }

    /// Tells whether a column is measured.
    pub fn measures(&self, column: &str) -> bool {
        match &self.columns {
            CheckedColumns::None => false,
            CheckedColumns::All => true,
            CheckedColumns::Named(names) => names.iter().any(|it| it.eq_ignore_ascii_case(column)),
        }
    }
}

impl Node {
    /// Returns what the node itself says of its checkpoint; none if it says nothing, or nothing that can be read.
    pub fn checkpoint(&self) -> Option<Option<Checkpoint>> {
        let said = self.config.get(CHECKPOINT).filter(|it| !it.is_null())?;
        Checkpoint::parse(said).ok()
    }
}

fn columns(value: &Value) -> Option<CheckedColumns> {
    match value {
        Value::String(all) if all == "all" => Some(CheckedColumns::All),
        Value::Array(names) => {
            let names = names.iter().map(|it| it.as_str().map(str::to_owned));
            names.collect::<Option<Vec<_>>>().map(CheckedColumns::Named)
        }
        _ => None,
    }
}

fn share(value: &Value) -> Option<f64> {
    match Limit::parse(value)? {
        Limit::Percent(percent) if percent > 0.0 => Some(percent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_checkpoint_is_on_off_or_says_what() {
        assert_eq!(Checkpoint::parse(&json!(false)), Ok(None));
        assert_eq!(
            Checkpoint::parse(&json!(true)),
            Ok(Some(Checkpoint::default()))
        );
        let said = json!({"columns": ["a"], "lag": "b", "sample": "10%"});
        let read = Checkpoint::parse(&said).ok().flatten().unwrap_or_default();
        assert!(read.measures("A") && !read.measures("b"));
        assert_eq!((read.lag.as_deref(), read.sample), (Some("b"), Some(10.0)));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (wrong, key) in [
            (json!("yes"), None),
            (json!({"column": ["a"]}), Some("column")),
            (json!({"columns": "some"}), Some("columns")),
            (json!({"sample": 10}), Some("sample")),
            (json!({"sample": "0%"}), Some("sample")),
        ] {
            let told = Checkpoint::parse(&wrong).err().map(|it| it.key);
            assert_eq!(told, Some(key.map(str::to_owned)), "{wrong}");
        }
    }
}
