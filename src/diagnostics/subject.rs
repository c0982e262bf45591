//! What a finding is about, and who answers for it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde_json::{Map, Value, json};

/// The resource that a finding is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Subject {
    /// Its unique id.
    pub node: String,
    /// Who answers for it: names, and addresses where there are some.
    pub owners: Vec<(String, Option<String>)>,
    /// The group that it is in.
    pub group: Option<String>,
}

impl Subject {
    /// Says who answers, for programs: `owners` and `group`, as far as they are known.
    pub fn facts(&self) -> Map<String, Value> {
        let mut facts = Map::new();
        if !self.owners.is_empty() {
            let owners = self.owners.iter().map(|(name, email)| match email {
                Some(email) => json!({"name": name, "email": email}),
                None => json!({"name": name}),
            });
            facts.insert("owners".to_owned(), owners.collect());
        }
        if let Some(group) = &self.group {
            facts.insert("group".to_owned(), json!(group));
        }
        facts
    }

    /// Says who answers, for people; none if nobody is known.
    pub fn answers(&self) -> Option<String> {
        let owners = self.owners.iter().map(|(name, email)| match email {
            Some(email) if email != name => format!("{name} ({email})"),
            _ => name.clone(),
        });
        let group = self.group.iter().map(|it| format!("group {it}"));
        let all: Vec<String> = owners.chain(group).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}
