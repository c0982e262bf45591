//! Rows that come twice, late, or out of order.
//!
//! The rows of one input come in three batches; all others are there from the beginning. What keeps
//! rows from run to run must end the same in whatever way they came.

use std::sync::Arc;

use super::content::Contents;
use super::disturbances::unfinished;
use super::inputs::{Input, PLACE, inputs};
use super::lab::{Blow, Lab};
use super::report::{Report, Trial};
use super::{Baseline, Ended, Trouble, go_on, note};
use crate::nodes::{Node, ResourceType};

/// How many batches there are.
const BATCHES: usize = 3;

/// What an input holds at each of several runs: conditions on its rows.
type Course = Vec<String>;

/// Tries each input that feeds what keeps rows.
pub(super) fn deliveries(
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
) -> Result<(), Trouble> {
    let mut tried = false;
    for input in inputs(lab)? {
        let keepers = input.keepers(lab.request);
        if keepers.is_empty() {
            continue;
        }
        tried = true;
        if input.rows < BATCHES {
            let why = format!("has {} rows, too few for {BATCHES} batches", input.rows);
            report.leave_out(format!("deliveries of {}", input.name), why);
            continue;
        }
        (lab.request.progress)(format!("Rows of {} come in batches", input.name));
        try_input(lab, baseline, &input, &keepers, report)?;
    }
    if !tried {
        report.leave_out(
            "deliveries",
            "no table in the databases feeds an incremental model or a snapshot",
        );
    }
    Ok(())
}

fn try_input(
    lab: &Lab<'_>,
    baseline: &Baseline,
    input: &Input,
    keepers: &[Arc<Node>],
    report: &mut Report,
) -> Result<(), Trouble> {
    let batch = |number: usize| {
        let (from, to) = (
            (number - 1) * input.rows / BATCHES,
            number * input.rows / BATCHES,
        );
        format!("{PLACE} between {} and {to}", from + 1)
    };
    let all_up_to = |number: usize| format!("{PLACE} <= {}", number * input.rows / BATCHES);
    // The last rows of the second batch, a tenth of it.
    let end = 2 * input.rows / BATCHES;
    let late = (input.rows / BATCHES).div_ceil(10);
    let in_time = format!("{PLACE} <= {}", end - late);
    let each: Course = (1..=BATCHES).map(batch).collect();
    let growing: Course = (1..=BATCHES).map(all_up_to).collect();
    let strategies = keepers.iter().map(|it| match it.resource_type {
        ResourceType::Snapshot => "snapshot",
        _ => it
            .config
            .str("incremental_strategy")
            .unwrap_or("incremental"),
    });
    let mut strategies: Vec<&str> = strategies.collect();
    strategies.sort_unstable();
    strategies.dedup();
    let courses = [
        (
            "twice",
            each.clone(),
            vec![batch(1), batch(2), batch(2), batch(3)],
        ),
        (
            "late",
            growing.clone(),
            vec![all_up_to(1), in_time, all_up_to(3)],
        ),
        (
            "out of order",
            growing,
            vec![
                all_up_to(1),
                format!("({} or {})", batch(1), batch(3)),
                all_up_to(3),
            ],
        ),
    ];
    let mut known: Vec<(Course, Contents)> = Vec::new();
    for (name, usual, disturbed) in courses {
        go_on(lab)?;
        let expected = known.iter().find(|(course, _)| *course == usual);
        let expected = match expected {
            Some((_, contents)) => contents.clone(),
            None => {
                let (contents, ended) = deliver(lab, baseline, input, keepers, &usual)?;
                if !ended.well() {
                    let why = "the run fails where rows come in order";
                    report.leave_out(format!("deliveries of {}", input.name), why);
                    return Ok(());
                }
                known.push((usual, contents.clone()));
                contents
            }
        };
        let (found, ended) = deliver(lab, baseline, input, keepers, &disturbed)?;
        let mut differences = expected.differences(&found, &baseline.unsteady);
        differences.extend(unfinished(&ended));
        let trial = Trial {
            scenario: format!("rows come {name}"),
            what: format!("{}: the second batch of three comes {name}", input.name),
            guard: strategies.join(", "),
            differences,
        };
        note(lab, report, trial)?;
    }
    Ok(())
}

/// Lets the rows of an input come, and builds what comes of it after each time.
fn deliver(
    lab: &Lab<'_>,
    baseline: &Baseline,
    input: &Input,
    keepers: &[Arc<Node>],
    course: &Course,
) -> Result<(Contents, Ended), Trouble> {
    lab.restore(&baseline.once)?;
    let mut statements = vec![input.keep(lab, keepers)];
    let drop = |node: &Arc<Node>| {
        format!(
            "drop table if exists {}",
            lab.request.relation(node).render()
        )
    };
    statements.extend(keepers.iter().map(drop));
    lab.change(&statements)?;
    let nodes = lab.request.nodes.iter();
    let nodes = nodes.filter(|it| input.after.contains(&it.unique_id));
    let names: Vec<String> = nodes
        .map(|it| format!("fqn:{}", it.fqn.join(".")))
        .collect();
    let mut words = vec![
        "build",
        "--exclude-resource-type",
        "test",
        "unit_test",
        "seed",
        "--select",
    ];
    words.extend(names.iter().map(String::as_str));
    let mut last = None;
    for which in course {
        lab.change(&input.fill(lab, which))?;
        last = Some(lab.run_chosen(&words, &Blow::default())?);
    }
    let contents = lab.look()?;
    last.map(|ended| (contents, ended))
        .ok_or_else(|| Trouble::Broken("no batch was delivered".to_owned()))
}
