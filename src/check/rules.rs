//! The rules of `dsql check`, by their codes.

use crate::diagnostics::Code;

/// What a rule is about, which says how bad a finding of it is unless `dsql.yml` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// SQL that an engine refuses, or that means something else than it says: as bad as it was found to be.
    Sql,
    /// Which layer reads which: an error once `dsql.yml` names layers, advice before.
    Direction,
    /// What stands in which layer: a warning once `dsql.yml` names layers, advice before.
    Content,
    /// What a project is to keep to: off, unless it is chosen.
    Governance,
    /// What the project says that it keeps to: an error.
    Standard,
    /// What is said of findings themselves: a warning.
    Upkeep,
}

/// All rules, sorted by name.
pub(super) const RULES: &[(Code, Kind)] = &[
    (Code::AllowWithoutReason, Kind::Upkeep),
    (Code::AmbiguousColumn, Kind::Sql),
    (Code::ArgumentCount, Kind::Sql),
    (Code::BusinessCase, Kind::Content),
    (Code::BusinessDefault, Kind::Content),
    (Code::BusinessFilter, Kind::Content),
    (Code::BusinessFormula, Kind::Content),
    (Code::BusinessSemiJoin, Kind::Content),
    (Code::ContractMismatch, Kind::Sql),
    (Code::ExposureLayer, Kind::Direction),
    (Code::FanOut, Kind::Sql),
    (Code::HardcodedRelation, Kind::Sql),
    (Code::JoinWithoutCondition, Kind::Sql),
    (Code::LayerDirection, Kind::Direction),
    (Code::LayerName, Kind::Governance),
    (Code::MisplacedAggregate, Kind::Sql),
    (Code::MissingMetadata, Kind::Standard),
    (Code::NullComparison, Kind::Sql),
    (Code::PrivateExposure, Kind::Governance),
    (Code::RefusedSql, Kind::Sql),
    (Code::RepeatedRule, Kind::Content),
    (Code::SourceWithoutFreshness, Kind::Governance),
    (Code::StageAggregation, Kind::Content),
    (Code::StageDeduplication, Kind::Content),
    (Code::StageDefault, Kind::Content),
    (Code::StageFilter, Kind::Content),
    (Code::StageInputs, Kind::Content),
    (Code::StageJoin, Kind::Content),
    (Code::StaleBaseline, Kind::Upkeep),
    (Code::StarInContract, Kind::Sql),
    (Code::TagReachesPublic, Kind::Sql),
    (Code::TypeMismatch, Kind::Sql),
    (Code::UndescribedColumn, Kind::Governance),
    (Code::UndescribedModel, Kind::Governance),
    (Code::UnequalUnion, Kind::Sql),
    (Code::UngroupedColumn, Kind::Sql),
    (Code::UnknownColumn, Kind::Sql),
    (Code::UnknownFixtureColumn, Kind::Sql),
    (Code::UnknownKeyColumn, Kind::Sql),
    (Code::UnknownTable, Kind::Sql),
    (Code::UnlayeredModel, Kind::Direction),
    (Code::UnownedExposure, Kind::Governance),
    (Code::UnreadSql, Kind::Sql),
    (Code::UntestedKey, Kind::Governance),
    (Code::UntestedModel, Kind::Governance),
    (Code::UnusedAllow, Kind::Upkeep),
    (Code::UnusedCte, Kind::Sql),
    (Code::UnusedModel, Kind::Governance),
];

/// Finds a rule by its name.
pub(super) fn rule(name: &str) -> Option<Code> {
    let found = RULES.iter().find(|(code, _)| code.as_str() == name);
    found.map(|(code, _)| *code)
}

/// Lists the names of all rules.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    RULES.iter().map(|(code, _)| code.as_str())
}

/// Returns what a rule is about; none for what is no rule.
pub(super) fn kind(code: Code) -> Option<Kind> {
    let found = RULES.iter().find(|(it, _)| *it == code);
    found.map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn rules_are_sorted() {
        assert!(RULES.is_sorted_by_key(|(code, _)| code.as_str()));
    }
}
