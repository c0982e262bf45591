//! From a bad delivery to all that it has touched.

use std::collections::{BTreeMap, BTreeSet};

use crate::execute::{Version, Versions};
use crate::impact::{Ask, Reach, ReachedRelation};
use crate::nodes::UniqueId;

/// Since when data is bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// Since its last publish.
    Last,
    /// Since a run, or how its id begins.
    Run(String),
    /// Since a time, UTC: `2026-11-29 18:30:00`.
    Time(String),
}

/// What a trace is made of.
pub struct TraceInput<'a> {
    /// Where it begins.
    pub start: &'a UniqueId,
    /// What people call that.
    pub name: &'a str,
    /// The column that is bad, if it is one.
    pub column: Option<&'a str>,
    /// Since when.
    pub since: &'a Since,
    /// What the ledger lists of all nodes.
    pub versions: &'a Versions,
    /// What a change of the start reaches.
    pub reach: Reach,
    /// Nodes that have no rows of their own.
    pub rowless: &'a BTreeSet<UniqueId>,
}

/// What a bad delivery has touched.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Where it begins.
    pub start: Contact,
    /// The column that is bad, if it is one.
    pub column: Option<String>,
    /// The rows that are bad, in SQL.
    pub condition: Option<String>,
    /// Nodes that it has reached, in the order in which they are built.
    pub reached: Vec<Contact>,
    /// Exposures: name, and of what they come.
    pub exposures: Vec<(String, Vec<String>)>,
    /// Who answers for all that.
    pub owners: Vec<Ask>,
}

/// A node that was touched.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    /// Which it is.
    pub id: UniqueId,
    /// What people call it.
    pub name: String,
    /// Its columns that are reached; none means all.
    pub columns: Vec<String>,
    /// Why it may be reached, though nobody knows.
    pub perhaps: Option<String>,
    /// The versions that were touched, the first one first.
    pub versions: Vec<Version>,
    /// The last version before them.
    pub last_good: Option<Version>,
    /// Whether the ledger lists anything of it.
    pub is_listed: bool,
    /// Whether it has rows of its own.
    pub has_rows: bool,
    /// The rows that are touched, where that was looked for.
    pub found: Option<Found>,
}

/// Rows that are touched now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many.
    pub rows: u64,
    /// The column with the keys, if it has one.
    pub key: Option<String>,
    /// Some of the keys.
    pub keys: Vec<String>,
}

/// Traces. None if no version is meant by `since`.
pub fn trace(input: TraceInput<'_>) -> Option<Trace> {
    let own = input
        .versions
        .get(input.start)
        .map_or(&[][..], Vec::as_slice);
    let first = since_when(own, input.since, input.versions)?;
    let (good, bad): (Vec<&Version>, Vec<&Version>) =
        own.iter().partition(|it| it.published_at < first);
    let start = Contact {
        id: input.start.clone(),
        name: input.name.to_owned(),
        columns: input.column.map(str::to_owned).into_iter().collect(),
        versions: bad.iter().map(|it| (*it).clone()).collect(),
        last_good: good.last().map(|it| (*it).clone()),
        is_listed: !own.is_empty(),
        has_rows: !input.rowless.contains(input.start),
        ..Contact::default()
    };
    let mut touched: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let numbers = |versions: &[Version]| versions.iter().map(|it| it.number).collect();
    touched.insert(input.start.to_string(), numbers(&start.versions));
    let mut unlisted: BTreeSet<String> = BTreeSet::new();
    if !start.is_listed {
        unlisted.insert(input.start.to_string());
    }
    let (mut reached, mut missed) = (Vec::new(), BTreeSet::new());
    let mut unmet: BTreeSet<UniqueId> = BTreeSet::new();
    for relation in &input.reach.relations {
        let contact = contact(relation, &input, &first, &touched, !unlisted.is_empty());
        // What was not built of a touched version has not met it.
        if contact.is_listed && contact.has_rows && contact.versions.is_empty() {
            missed.insert(contact.name);
            unmet.insert(contact.id);
            continue;
        }
        if !contact.is_listed && contact.has_rows {
            unlisted.insert(contact.id.to_string());
        }
        touched.insert(contact.id.to_string(), numbers(&contact.versions));
        reached.push(contact);
    }
    let mut exposures = Vec::new();
    for mut it in input.reach.exposures {
        it.of.retain(|of| !missed.contains(of));
        if it.of.is_empty() {
            unmet.insert(it.unique_id);
        } else {
            exposures.push((it.name, it.of));
        }
    }
    let mut owners = input.reach.owners;
    for owner in &mut owners {
        owner.about.retain(|it| !unmet.contains(&it.unique_id));
    }
    owners.retain(|it| !it.about.is_empty());
    Some(Trace {
        start,
        column: input.column.map(str::to_owned),
        condition: None,
        reached,
        exposures,
        owners,
    })
}

/// Returns the time that is meant: of a run that of its first publish of a node with these versions, or of any.
pub fn since_when(own: &[Version], since: &Since, all: &Versions) -> Option<String> {
    match since {
        Since::Last => Some(
            own.last()
                .map_or(String::new(), |it| it.published_at.clone()),
        ),
        Since::Time(time) => Some(time.clone()),
        Since::Run(run) => {
            let of_run = |it: &&Version| it.run.starts_with(run.as_str());
            let listed = own.iter().find(of_run);
            let any = || all.values().flatten().filter(of_run);
            let first = || any().map(|it| &it.published_at).min().cloned();
            listed.map(|it| it.published_at.clone()).or_else(first)
        }
    }
}

fn contact(
    relation: &ReachedRelation,
    input: &TraceInput<'_>,
    first: &str,
    touched: &BTreeMap<String, BTreeSet<i64>>,
    by_time: bool,
) -> Contact {
    let all = input
        .versions
        .get(&relation.unique_id)
        .map_or(&[][..], Vec::as_slice);
    let has_met = |version: &Version| {
        let mut inputs = version.inputs.iter();
        inputs.any(|(id, number)| touched.get(id).is_some_and(|it| it.contains(number)))
            // What is not listed cannot be met by its number.
            || (by_time && version.published_at.as_str() >= first)
    };
    let versions: Vec<Version> = all.iter().filter(|it| has_met(it)).cloned().collect();
    let before = |it: &&Version| {
        versions
            .first()
            .is_some_and(|first| it.number < first.number)
    };
    let columns = match relation.rows.is_empty() {
        true => relation
            .columns
            .iter()
            .map(|it| it.column.clone())
            .collect(),
        false => Vec::new(),
    };
    Contact {
        id: relation.unique_id.clone(),
        name: relation.name.clone(),
        columns,
        perhaps: relation.perhaps.clone(),
        last_good: all.iter().rfind(before).cloned(),
        versions,
        is_listed: !all.is_empty(),
        has_rows: !input.rowless.contains(&relation.unique_id),
        found: None,
    }
}

impl Trace {
    /// Lists the start and all that was reached.
    pub fn all(&self) -> impl Iterator<Item = &Contact> {
        std::iter::once(&self.start).chain(&self.reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: i64, at: &str, inputs: &[(&str, i64)]) -> Version {
        Version {
            number,
            published_at: at.to_owned(),
            run: format!("r{number}"),
            inputs: inputs
                .iter()
                .map(|(id, it)| ((*id).to_owned(), *it))
                .collect(),
            ..Version::default()
        }
    }

    fn relation(id: &str) -> ReachedRelation {
        ReachedRelation {
            unique_id: id.into(),
            name: id.to_owned(),
            resource_type: crate::nodes::ResourceType::Model,
            file: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            perhaps: None,
        }
    }

    /// Name, versions that were touched, and the last good one.
    type Met = (String, Vec<i64>, Option<i64>);

    fn traced(since: &Since, versions: &Versions) -> Option<Vec<Met>> {
        let start = UniqueId::from("raw");
        let reach = Reach {
            relations: ["orders", "report"].map(relation).into(),
            ..Reach::default()
        };
        let trace = trace(TraceInput {
            start: &start,
            name: "raw",
            column: None,
            since,
            versions,
            reach,
            rowless: &BTreeSet::new(),
        })?;
        let told = trace.all().map(|it| {
            let numbers = it.versions.iter().map(|it| it.number).collect();
            (
                it.name.clone(),
                numbers,
                it.last_good.as_ref().map(|it| it.number),
            )
        });
        Some(told.collect())
    }

    fn listed() -> Versions {
        let of = |id: &str, versions: Vec<Version>| (UniqueId::from(id), versions);
        Versions::from([
            of(
                "raw",
                vec![
                    version(1, "01", &[]),
                    version(2, "03", &[]),
                    version(3, "05", &[]),
                ],
            ),
            of(
                "orders",
                vec![
                    version(1, "02", &[("raw", 1)]),
                    version(2, "04", &[("raw", 2)]),
                    version(3, "06", &[("raw", 3)]),
                ],
            ),
            of("report", vec![version(1, "04", &[("orders", 1)])]),
        ])
    }

    #[test]
    fn what_was_built_of_a_bad_version_has_met_it() {
        let of = |name: &str, numbers: &[i64], good| (name.to_owned(), numbers.to_vec(), good);
        let last = traced(&Since::Last, &listed());
        assert_eq!(
            last,
            Some(vec![of("raw", &[3], Some(2)), of("orders", &[3], Some(2))])
        );
        let run = traced(&Since::Run("r2".to_owned()), &listed());
        assert_eq!(
            run,
            Some(vec![
                of("raw", &[2, 3], Some(1)),
                of("orders", &[2, 3], Some(1))
            ])
        );
        assert_eq!(traced(&Since::Run("r9".to_owned()), &listed()), None);
    }

    #[test]
    fn what_is_not_listed_is_met_by_time() {
        let mut versions = listed();
        versions.remove("raw");
        let of = |name: &str, numbers: &[i64], good| (name.to_owned(), numbers.to_vec(), good);
        let met = traced(&Since::Time("04".to_owned()), &versions);
        let expected = vec![
            of("raw", &[], None),
            of("orders", &[2, 3], Some(1)),
            of("report", &[1], None),
        ];
        assert_eq!(met, Some(expected));
    }
}
