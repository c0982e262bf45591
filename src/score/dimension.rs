//! Dimensions of data quality, and to which of them a test belongs that does not say.

/// What is measured from metadata, not by tests.
pub const TRANSPARENCY: &str = "transparency";

/// The dimensions that there are without being named.
pub const DIMENSIONS: [&str; 6] = [
    "accuracy",
    "completeness",
    "consistency",
    "integrity",
    "timeliness",
    TRANSPARENCY,
];

/// What `scores` of a test can be.
pub(super) const OF_TESTS: [&str; 2] = ["rows", "whole"];

/// Returns the dimension of a kind of test.
pub(super) fn usual(kind: &str) -> &'static str {
    match kind {
        "unique"
        | "relationships"
        | "unique_combination_of_columns"
        | "relationships_where"
        | "expect_column_values_to_be_unique"
        | "expect_compound_columns_to_be_unique" => "integrity",
        "recency"
        | "expect_row_values_to_have_recent_data"
        | "expect_grouped_row_values_to_have_recent_data" => "timeliness",
        "not_null"
        | "at_least_one"
        | "not_empty_string"
        | "not_null_proportion"
        | "not_constant"
        | "sequential_values" => "completeness",
        "reconcile"
        | "equality"
        | "equal_rowcount"
        | "fewer_rows_than"
        | "cardinality_equality"
        | "mutually_exclusive_ranges" => "consistency",
        kind if kind.contains("not_be_null") || kind.contains("row_count") => "completeness",
        kind if kind.contains("equal_other") => "consistency",
        _ => "accuracy",
    }
}

/// Tells whether a kind of test is about a table and not about its rows.
pub(super) fn is_of_whole(kind: &str) -> bool {
    const KINDS: [&str; 10] = [
        "at_least_one",
        "cardinality_equality",
        "equal_rowcount",
        "equality",
        "fewer_rows_than",
        "not_constant",
        "not_null_proportion",
        "recency",
        "reconcile",
        "",
    ];
    let of_table = [
        "expect_table_",
        "expect_row_values_to_have",
        "expect_grouped",
    ];
    KINDS.contains(&kind) || of_table.iter().any(|it| kind.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_dimensions_that_there_are() {
        for kind in ["unique", "not_null", "recency", "reconcile", "anything"] {
            assert!(DIMENSIONS.contains(&usual(kind)), "{kind}");
        }
        assert_eq!(usual("expect_column_values_to_not_be_null"), "completeness");
        assert!(is_of_whole("") && is_of_whole("expect_table_row_count_to_equal"));
        assert!(!is_of_whole("not_null"));
    }
}
