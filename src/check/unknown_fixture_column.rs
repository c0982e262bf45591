//! Rows of a unit test that have a column which neither what they stand for nor the model has.

use super::{CheckInput, Finding, Wanted, unknown_column};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Fixture, FixtureRows, UniqueId, UnitTest};

/// Finds them where all columns are known.
pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let tests = input.resources.unit_tests.values();
    let tests = tests.filter(|it| {
        let is_own = it.package_name == input.root_package;
        is_own && (is_wanted(&it.unique_id) || it.tested().is_some_and(is_wanted))
    });
    let found = tests.flat_map(|test| {
        let given = test.given.iter();
        let given = given.filter_map(|it| Some((&it.fixture, it.node.as_ref()?)));
        // Overrides may give the model other columns.
        let is_as_built = test.overrides.is_none();
        let expected = test.tested().filter(|_| is_as_built);
        let expected = expected.map(|it| (&test.expect, it));
        let all = given.chain(expected);
        all.flat_map(|(fixture, id)| of_fixture(test, fixture, id, input))
    });
    found.collect()
}

fn of_fixture(
    test: &UnitTest,
    fixture: &Fixture,
    id: &UniqueId,
    input: &CheckInput<'_>,
) -> Vec<Finding> {
    let columns = input.lineage.certain(id);
    let columns = columns.filter(|it| it.is_complete);
    let FixtureRows::Rows(rows) = &fixture.rows else {
        // A query brings columns of its own.
        return Vec::new();
    };
    let (Some(columns), Some(of)) = (columns, input.resources.get(id)) else {
        return Vec::new();
    };
    let known: Vec<String> = columns.columns.keys().cloned().collect();
    let mut unknown: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(|it| it.keys()) {
        let is_known = known.iter().any(|it| it.eq_ignore_ascii_case(name.trim()));
        if !is_known && !unknown.contains(&name) {
            unknown.push(name);
        }
    }
    let own = test.versioned_name();
    let found = unknown.into_iter().map(|name| {
        let of = of.name();
        let message =
            format!("rows of the unit test `{own}` have a column `{name}`, and `{of}` has none");
        let finding = Diagnostic::error(Code::UnknownFixtureColumn, message).at(fixture.location);
        let finding = unknown_column::helped(finding, name, &known);
        Finding::with(&test.unique_id, finding).about(format!("{of}.{name}"))
    });
    found.collect()
}
