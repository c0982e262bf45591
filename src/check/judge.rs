//! Findings → what is told: how bad each is, what comments allow, what the baseline holds.

use std::collections::{BTreeMap, BTreeSet};

use super::allow::Allows;
use super::baseline::{self, Baseline};
use super::layers::{Layer, Layers};
use super::rules::{self, Kind};
use super::{CheckInput, Checked, Finding, Wanted, undescribed_column};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::nodes::{ResourceType, UniqueId};
use crate::text::FileId;

/// What is judged by.
pub(super) struct Judge<'a> {
    pub(super) input: &'a CheckInput<'a>,
    pub(super) layers: &'a Layers<'a>,
}

impl Judge<'_> {
    /// Judges findings.
    pub(super) fn judge(&self, findings: Vec<Finding>, is_wanted: Wanted<'_>) -> Checked {
        let texts = self.input.texts;
        let mut allows = Allows::new(texts);
        let mut held = self.input.baseline.clone();
        let mut all = Baseline::default();
        let mut checked = Checked::default();
        // Advice is given once for each rule: the first place, and how many there are.
        let mut advice: BTreeMap<Code, (Diagnostic, usize)> = BTreeMap::new();
        let mut bare_columns: BTreeMap<UniqueId, Vec<(String, Diagnostic)>> = BTreeMap::new();
        for Finding {
            node,
            diagnostic,
            subject,
        } in findings
        {
            let layer = node.as_ref().and_then(|it| self.layers.layer(it));
            let Some((diagnostic, is_advice)) = self.weighed(diagnostic, layer) else {
                continue;
            };
            if allows.allow(&diagnostic) {
                continue;
            }
            if is_advice {
                let entry = advice.entry(diagnostic.code);
                let entry = entry.or_insert_with(|| (diagnostic.clone(), 0));
                entry.1 += 1;
                if diagnostic.location() < entry.0.location() {
                    entry.0 = diagnostic;
                }
                continue;
            }
            let known_by = (node.as_deref(), subject.as_deref());
            let key = baseline::key(&diagnostic, known_by, texts);
            all.add(key.clone());
            if held.take(&key) {
                checked.held += 1;
                continue;
            }
            match (diagnostic.code, node, subject) {
                (Code::UndescribedColumn, Some(node), Some(column)) => {
                    let of_model = bare_columns.entry(node).or_default();
                    of_model.push((column, diagnostic));
                }
                _ => checked.findings.push(diagnostic),
            }
        }
        let name_of = |id: &UniqueId| self.input.resources.get(id).map(|it| it.name());
        let bare_columns = bare_columns.into_iter();
        let bare_columns = bare_columns.filter_map(|(id, found)| {
            undescribed_column::together(name_of(&id).unwrap_or_default(), found)
        });
        checked.findings.extend(bare_columns);
        checked.findings.extend(advice.into_values().map(advised));
        let is_known = |id: &str| self.input.resources.get(id).is_some();
        let is_looked_at = |id: &str| match self.input.resources.get(id) {
            Some(resource) => is_wanted(resource.unique_id()),
            None => true,
        };
        let kept = |id: &str| is_known(id) && !is_looked_at(id);
        all.keep(self.input.baseline, kept);
        let settings = self.input.settings;
        let mut upkeep = allows.left(&self.files(is_wanted), |it| settings.is_on(it));
        if !self.input.writes_baseline {
            upkeep.extend(held.left(is_looked_at));
        }
        let told = upkeep.into_iter().filter_map(|it| self.weighed(it, None));
        checked.findings.extend(told.map(|it| it.0));
        checked.baseline = all;
        checked
    }

    /// Says how bad a finding is, and whether it is advice; none if it is not to be told.
    fn weighed(&self, mut finding: Diagnostic, layer: Option<Layer>) -> Option<(Diagnostic, bool)> {
        if let Some(level) = self.input.settings.chosen(finding.code, layer) {
            finding.severity = level.severity()?;
            return Some((finding, false));
        }
        let are_named = self.layers.are_named;
        match rules::kind(finding.code) {
            Some(Kind::Direction | Kind::Content) if !are_named => {
                finding.severity = Severity::Note;
                return Some((finding, true));
            }
            Some(Kind::Direction) => finding.severity = Severity::Error,
            Some(Kind::Content | Kind::Upkeep) => finding.severity = Severity::Warning,
            Some(Kind::Governance) if !self.input.settings.is_recommended => return None,
            Some(Kind::Governance) => finding.severity = Severity::Warning,
            Some(Kind::Sql) | None => {}
        }
        Some((finding, false))
    }

    /// Lists the files whose comments are all looked at: those of wanted nodes, and where everything is wanted, those of
    /// properties.
    fn files(&self, is_wanted: Wanted<'_>) -> BTreeSet<FileId> {
        let resources = self.input.resources;
        let root = self.input.root_package;
        let nodes = resources.nodes.values();
        let own = nodes.filter(|it| it.package_name == root);
        let wanted = own
            .clone()
            .filter(|it| it.resource_type == ResourceType::Model && is_wanted(&it.unique_id));
        let mut files: BTreeSet<_> = wanted.map(|it| it.location.file).collect();
        if self.input.is_whole {
            files.extend(own.filter_map(|it| Some(it.patch_location?.file)));
            let exposures = resources.exposures.values();
            files.extend(
                exposures
                    .filter(|it| it.package_name == root)
                    .map(|it| it.location.file),
            );
            let sources = resources.sources.values();
            files.extend(
                sources
                    .filter(|it| it.package_name == root)
                    .map(|it| it.location.file),
            );
        }
        files
    }
}

fn advised((finding, count): (Diagnostic, usize)) -> Diagnostic {
    let finding = match count {
        1 => finding,
        2 => finding.note("there is 1 more like it"),
        count => finding.note(format!("there are {} more like it", count - 1)),
    };
    finding.note(
        "advice, since no dsql.yml names layers: docs/layers.md says how, and how to do without",
    )
}
