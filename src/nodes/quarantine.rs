//! What data tests say of the rows that fail them: `on_failure`, `max_quarantined`.

use serde_json::Value;

use super::{Node, ResourceType};

/// What is added to the name of a schema: there are the rows in quarantine.
pub const QUARANTINE: &str = "_quarantine";
/// The configuration that says what becomes of rows that fail a test.
pub const ON_FAILURE: &str = "on_failure";
/// What it can be.
pub const ON_FAILURES: [&str; 2] = ["fail", "quarantine"];
/// The configuration that says how many rows may go.
pub const MAX_QUARANTINED: &str = "max_quarantined";
/// The configuration of a unique test that says which of several rows stays.
pub const SURVIVOR: &str = "survivor";

/// How many rows may be put into quarantine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// So many.
    Rows(u64),
    /// So many of a hundred.
    Percent(f64),
}

impl Limit {
    /// Reads `10` or `1.5%`.
    pub fn parse(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Number(number) => return number.as_u64().map(Self::Rows),
            Value::String(text) => text.trim(),
            _ => return None,
        };
        match text.strip_suffix('%') {
            Some(number) => {
                let percent: f64 = number.trim().parse().ok()?;
                (0.0..=100.0)
                    .contains(&percent)
                    .then_some(Self::Percent(percent))
            }
            None => text.parse().ok().map(Self::Rows),
        }
    }

    /// Tells whether so many rows of all may go.
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    pub fn allows(self, rows: u64, all: u64) -> bool {
        match self {
            Self::Rows(most) => rows <= most,
            Self::Percent(most) => rows as f64 * 100.0 <= most * all as f64,
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(1) => write!(f, "1 row"),
            Self::Rows(most) => write!(f, "{most} rows"),
            Self::Percent(most) => write!(f, "{most}%"),
        }
    }
}

impl Node {
    /// Tells whether rows that fail this data test go into quarantine.
    pub fn quarantines(&self) -> bool {
        self.resource_type == ResourceType::Test
            && self.config.str(ON_FAILURE) == Some("quarantine")
    }

    /// Tells whether a data test itself has a setting, and not all those of the project.
    pub fn says(&self, key: &str) -> bool {
        self.raw_code.contains(key)
    }

    /// Returns how many rows may go because of this data test, or because of one of this node.
    pub fn max_quarantined(&self) -> Option<Limit> {
        self.config.get(MAX_QUARANTINED).and_then(Limit::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn limits_are_numbers_and_shares() {
        let read = |value| Limit::parse(&value);
        assert_eq!(read(json!(10)), Some(Limit::Rows(10)));
        assert_eq!(read(json!("10")), Some(Limit::Rows(10)));
        assert_eq!(read(json!(" 0.5 % ")), Some(Limit::Percent(0.5)));
        for wrong in [
            json!(-1),
            json!("101%"),
            json!("few"),
            json!(true),
            json!("NaN%"),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn a_share_is_of_all_rows() {
        assert!(Limit::Percent(1.0).allows(10, 1000));
        assert!(!Limit::Percent(1.0).allows(11, 1000));
        assert!(Limit::Percent(0.0).allows(0, 0));
        assert!(Limit::Rows(2).allows(2, 2));
        assert!(!Limit::Rows(2).allows(3, 300));
    }
}
