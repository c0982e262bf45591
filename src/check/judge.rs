//! Findings → what is told: how bad each is, what comments allow, what the baseline holds.

use std::collections::BTreeMap;

use super::allow::Allows;
use super::baseline::{self, Baseline};
use super::layers::{Layer, LayersSettings};
use super::rules::{self, Kind};
use super::settings::Settings;
use super::{Checked, Found, missing_metadata, repeated_rule, undescribed_column};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::nodes::UniqueId;
use crate::text::Texts;

/// Rules that find each part of a node's lack, of which one finding is made.
const IN_PARTS: [Code; 2] = [Code::MissingMetadata, Code::UndescribedColumn];

/// What is judged by.
pub struct Judge<'a> {
    /// What `dsql.yml` says.
    pub settings: &'a Settings,
    /// All texts.
    pub texts: &'a Texts,
    /// Findings that are not told.
    pub baseline: &'a Baseline,
    /// Whether the baseline is to be written.
    pub writes_baseline: bool,
    /// Whether there is a node or an exposure, and whether it is looked at.
    pub is_wanted: &'a dyn Fn(&str) -> Option<bool>,
}

impl Judge<'_> {
    /// Judges what is found.
    pub fn judge(&self, found: &Found) -> Checked {
        let texts = self.texts;
        let mut allows = Allows::new(texts);
        let mut held = self.baseline.clone();
        let mut all = Baseline::default();
        let mut checked = Checked::default();
        // Advice is given once for each rule: the first place, and how many there are.
        let mut advice: BTreeMap<Code, (Diagnostic, usize)> = BTreeMap::new();
        // What is told of an object at once.
        let mut parts: BTreeMap<(Code, &UniqueId), Vec<(String, Diagnostic)>> = BTreeMap::new();
        let is_looked_at = |id: &UniqueId| (self.is_wanted)(id) == Some(true);
        let repeated = repeated_rule::find(&found.homes, &is_looked_at);
        for it in found.findings.iter().chain(&repeated) {
            let Some((diagnostic, is_advice)) = self.weighed(it.diagnostic.clone(), it.layer)
            else {
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
            let known_by = (it.node.as_deref(), it.subject.as_deref());
            let key = baseline::key(&diagnostic, known_by, texts);
            all.add(key.clone());
            if held.take(&key) {
                checked.held += 1;
                continue;
            }
            let code = diagnostic.code;
            match (&it.node, &it.subject) {
                (Some(node), Some(part)) if IN_PARTS.contains(&code) => {
                    let of_node = parts.entry((code, node)).or_default();
                    of_node.push((part.clone(), diagnostic));
                }
                _ => checked.findings.push(diagnostic),
            }
        }
        let parts = parts.into_iter();
        let whole = parts.filter_map(|((code, id), found)| match code {
            Code::UndescribedColumn => {
                let name = id.split('.').nth(2);
                undescribed_column::together(name.unwrap_or_default(), found)
            }
            _ => missing_metadata::together(found),
        });
        checked.findings.extend(whole);
        checked.findings.extend(advice.into_values().map(advised));
        let kept = |id: &str| (self.is_wanted)(id) == Some(false);
        all.keep(self.baseline, kept);
        let mut upkeep = allows.left(&found.files, |it| self.settings.is_on(it));
        if !self.writes_baseline {
            upkeep.extend(held.left(|id| (self.is_wanted)(id).unwrap_or(true)));
        }
        let told = upkeep.into_iter().filter_map(|it| self.weighed(it, None));
        checked.findings.extend(told.map(|it| it.0));
        checked.findings.extend(found.of_settings.iter().cloned());
        checked.baseline = all;
        checked
    }

    /// Says how bad a finding is, and whether it is advice; none if it is not to be told.
    fn weighed(&self, mut finding: Diagnostic, layer: Option<Layer>) -> Option<(Diagnostic, bool)> {
        if let Some(level) = self.settings.chosen(finding.code, layer) {
            finding.severity = level.severity()?;
            return Some((finding, false));
        }
        let are_named = matches!(self.settings.layers, LayersSettings::Named(_));
        match rules::kind(finding.code) {
            Some(Kind::Direction | Kind::Content) if !are_named => {
                finding.severity = Severity::Note;
                return Some((finding, true));
            }
            Some(Kind::Direction | Kind::Standard) => finding.severity = Severity::Error,
            Some(Kind::Content | Kind::Upkeep) => finding.severity = Severity::Warning,
            Some(Kind::Governance) if !self.settings.is_recommended => return None,
            Some(Kind::Governance) => finding.severity = Severity::Warning,
            Some(Kind::Sql) | None => {}
        }
        Some((finding, false))
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
