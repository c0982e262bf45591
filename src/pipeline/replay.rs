//! `replay`: what was published is built again of the kept versions of what it read, and compared.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use super::incident::since;
use super::selection::selected;
use super::{Exit, Product, Ready, Surroundings, columns, execution, facts};
use crate::artifacts::previous::PreviousRelation;
use crate::compile::Deferral;
use crate::diagnostics::{Code, Diagnostic};
use crate::execute::{
    self, Execution, Failure, Replay, Version, Versions, code_checksum, replayed_as,
};
use crate::incident::since_when;
use crate::invocation::Invocation;
use crate::nodes::{Node, ResourceType, UniqueId};

/// One publish, done again.
#[derive(Debug)]
pub struct Replayed {
    /// The node.
    pub id: UniqueId,
    /// What people call it.
    pub name: String,
    /// What was published.
    pub version: Version,
    /// The checksum that came out; none if it was not done.
    pub checksum: Option<String>,
    /// What came of it.
    pub verdict: ReplayVerdict,
}

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayVerdict {
    /// The content is the same.
    Same,
    /// It is another one, though inputs and code are the same.
    Differs,
    /// It is another one, and this is why.
    Expected(String),
    /// It could not be done.
    Impossible(String),
}

/// Builds again what was published since a run or a time.
pub(super) fn replay(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let Some(chosen) = selected(invocation, ready, findings) else {
        return could_not;
    };
    let chosen: BTreeSet<UniqueId> = chosen
        .into_iter()
        .map(|it| ready.graph.id(it).clone())
        .collect();
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    match desk.replayed(&chosen, findings) {
        Ok(Some(replayed)) => {
            let differs = replayed
                .iter()
                .any(|it| it.verdict == ReplayVerdict::Differs);
            let exit = if differs { Exit::Failed } else { Exit::Done };
            (exit, Product::Replayed(replayed))
        }
        Ok(None) => {
            ready.facts.base.warnings.judge(findings);
            (super::exit_of(findings), Product::None)
        }
        Err(failure) => {
            findings.push(failure.into_finding());
            could_not
        }
    }
}

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
}

/// How a publish can be done again.
struct Step {
    replay: Replay,
    /// Where references lead.
    relations: HashMap<UniqueId, PreviousRelation>,
    /// Names of what is read as it is now.
    live: Vec<String>,
}

impl Desk<'_> {
    fn replayed(
        &self,
        chosen: &BTreeSet<UniqueId>,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Vec<Replayed>>, Failure> {
        let execution = Arc::new(execution(self.invocation, self.ready, self.around));
        let nodes = self.ready.resources.nodes.values();
        let nodes: Vec<Arc<Node>> = nodes
            .filter(|it| it.resource_type.is_refable())
            .cloned()
            .collect();
        let versions = execute::versions(&execution, &nodes)?;
        let since = since(self.invocation.text("from"), self.around.system.now());
        let Some(from) = since_when(&[], &since, &versions) else {
            let run = self.invocation.text("from").unwrap_or_default();
            let message = format!("the ledger lists no publish of a run `{run}`");
            let finding = Diagnostic::error(Code::InvalidFlag, message);
            findings.push(
                finding.help("name a run of `dsql versions`, a time, or a span: `--from 2d`"),
            );
            return Ok(None);
        };
        let mut due: Vec<(&Arc<Node>, &Version)> = nodes
            .iter()
            .filter(|it| chosen.contains(&it.unique_id) && it.resource_type != ResourceType::Seed)
            .flat_map(|node| {
                let listed = versions.get(&node.unique_id).into_iter().flatten();
                listed.map(move |it| (node, it))
            })
            .filter(|(_, it)| {
                it.published_at >= from && it.checksum.is_some() && it.restores.is_none()
            })
            .collect();
        due.sort_by(|one, other| one.1.published_at.cmp(&other.1.published_at));
        if due.is_empty() {
            let finding = Diagnostic::warning(
                Code::NothingToDo,
                "nothing that was published since then is listed",
            );
            findings.push(finding.help("`versions_kept: 3` in the configuration of tables lists and keeps what they publish"));
            return Ok(None);
        }
        // References lead to what is kept, whatever is selected.
        let of_run = self.ready.facts.selected.write();
        of_run.unwrap_or_else(PoisonError::into_inner).clear();
        let wanted = due.iter().map(|(node, _)| node.unique_id.clone()).collect();
        let compiled = columns::compiled(self.ready, &execution, Some(&wanted), &mut Vec::new())?;
        let mut replayed = Vec::new();
        for (node, version) in due {
            let code = compiled.get(&node.unique_id).map(|it| code_checksum(it));
            let (checksum, verdict) = match self.step(node, version, &versions) {
                Ok(step) => self.carry_out(step, version, code.as_ref()),
                Err(why) => (None, ReplayVerdict::Impossible(why)),
            };
            replayed.push(Replayed {
                id: node.unique_id.clone(),
                name: node.search_name(),
                version: version.clone(),
                checksum,
                verdict,
            });
        }
        Ok(Some(replayed))
    }

    fn carry_out(
        &self,
        step: Step,
        version: &Version,
        code: Option<&String>,
    ) -> (Option<String>, ReplayVerdict) {
        let deferral = Deferral {
            relations: step.relations,
            references: true,
            favored: true,
            project: self.ready.facts.clone(),
        };
        let resolver =
            facts::resolver_with(self.invocation, self.ready, self.around, Some(deferral));
        let execution = Execution {
            operation: resolver,
            ..execution(self.invocation, self.ready, self.around)
        };
        let node = step.replay.node.unique_id.clone();
        let checksum = match execute::replay(&execution, &step.replay) {
            Ok(checksum) => checksum,
            Err(failure) => {
                let message = failure.into_finding().message;
                return (None, ReplayVerdict::Impossible(message));
            }
        };
        let verdict = if checksum == version.checksum {
            ReplayVerdict::Same
        } else if !step.live.is_empty() {
            ReplayVerdict::Expected(format!("{} is read as it is now", step.live.join(", ")))
        } else if self.quarantines(&node) {
            ReplayVerdict::Expected(
                "tests put rows into quarantine, which a replay leaves".to_owned(),
            )
        } else if code != version.code.as_ref() {
            ReplayVerdict::Expected("the code is another one".to_owned())
        } else {
            ReplayVerdict::Differs
        };
        (checksum, verdict)
    }

    /// Tells whether a node has tests that put rows into quarantine.
    fn quarantines(&self, id: &UniqueId) -> bool {
        let nodes = self.ready.resources.nodes.values();
        let mut tests = nodes.filter(|it| it.quarantines() && it.config.enabled());
        tests.any(|it| it.depends_on.nodes.contains(id))
    }

    /// Finds how a publish can be done again, or why it cannot.
    fn step(
        &self,
        node: &Arc<Node>,
        version: &Version,
        versions: &Versions,
    ) -> Result<Step, String> {
        if version.batch_start.is_some() || node.is_microbatch() {
            return Err("microbatches are not built again one by one".to_owned());
        }
        if node.language != "sql" {
            return Err("models in Python read what is published".to_owned());
        }
        let own = versions.get(&node.unique_id).map_or(&[][..], Vec::as_slice);
        let grows = ["incremental", "snapshot"].contains(&node.config.materialized());
        let before = own
            .iter()
            .rfind(|it| it.number < version.number)
            .filter(|_| grows);
        let before = match before {
            None => None,
            Some(before) => Some(kept(before, own).ok_or_else(|| {
                format!(
                    "version {} of it, to which it was added, is not kept",
                    before.number
                )
            })?),
        };
        let mut step = Step {
            replay: Replay {
                node: node.clone(),
                version: version.number,
                views: Vec::new(),
                before: before.map(str::to_owned),
            },
            relations: HashMap::new(),
            live: Vec::new(),
        };
        self.inputs(node, version, versions, &mut step)?;
        Ok(step)
    }

    /// Finds where each reference leads: to what is kept; views in between are made of that.
    fn inputs(
        &self,
        node: &Node,
        version: &Version,
        versions: &Versions,
        step: &mut Step,
    ) -> Result<(), String> {
        for id in &node.depends_on.nodes {
            if step.relations.contains_key(id) {
                continue;
            }
            let Some(input) = self.ready.resources.nodes.get(id) else {
                step.live.push(self.ready.resources.search_name(id));
                continue;
            };
            match input.config.materialized() {
                "ephemeral" => self.inputs(input, version, versions, step)?,
                "view" => {
                    self.inputs(input, version, versions, step)?;
                    let (schema, alias) = replayed_as(input, version.number);
                    step.relations.insert(
                        id.clone(),
                        PreviousRelation {
                            database: input.database.clone(),
                            schema,
                            alias,
                            relation_name: None,
                        },
                    );
                    step.replay.views.push(input.clone());
                }
                _ => match version.inputs.get(&**id) {
                    Some(number) => {
                        let listed = versions.get(id).map_or(&[][..], Vec::as_slice);
                        let read = listed.iter().find(|it| it.number == *number);
                        let name = input.search_name();
                        let kept = read.and_then(|it| kept(it, listed));
                        let kept =
                            kept.ok_or(format!("version {number} of `{name}` is not kept"))?;
                        step.relations.insert(id.clone(), relation(kept, input));
                    }
                    None => step.live.push(input.search_name()),
                },
            }
        }
        Ok(())
    }
}

/// Returns the table that keeps a version, or another one with the same content.
fn kept<'v>(version: &'v Version, all: &'v [Version]) -> Option<&'v str> {
    let same = all
        .iter()
        .filter(|it| it.checksum.is_some() && it.checksum == version.checksum);
    let mut kept = std::iter::once(version)
        .chain(same)
        .filter_map(|it| it.kept_as.as_deref());
    kept.next()
}

/// Reads the name of a table that keeps a version: `"shop"."main_versions"."orders__v3"`.
fn relation(kept: &str, node: &Node) -> PreviousRelation {
    let name = kept.rsplit('.').next().unwrap_or(kept);
    PreviousRelation {
        database: node.database.clone(),
        schema: format!("{}{}", node.schema, execute::VERSIONS),
        alias: name.trim_matches('"').replace("\"\"", "\""),
        relation_name: Some(kept.to_owned()),
    }
}
