//! Disturbances of the run itself: it is done twice, killed, its statements fail or are slow, its clock is
//! wrong, its disk is full, its ledger is gone.

use std::collections::BTreeSet;

use std::time::Duration;

use chrono::TimeDelta;

use super::content::{Contents, Difference};
use super::lab::{Blow, Lab, State};
use super::outgoing::left_behind;
use super::report::{Report, Trial};
use super::{Baseline, Trouble, go_on, note};
use crate::execute::LEDGER_SCHEMA;
use crate::invocation::Fault;
use crate::nodes::UniqueId;

/// From where a run starts, and what it is to lead to.
#[derive(Clone, Copy)]
struct Way<'b> {
    /// What it is called.
    name: &'static str,
    start: &'b State,
    before: &'b Contents,
    after: &'b Contents,
    statements: &'b [(Duration, String)],
}

fn ways(baseline: &Baseline) -> [Way<'_>; 2] {
    let [start, once, twice] = &baseline.contents;
    let [first, second] = &baseline.statements;
    [
        Way {
            name: "first run",
            start: &baseline.before,
            before: start,
            after: once,
            statements: first,
        },
        Way {
            name: "next run",
            start: &baseline.once,
            before: once,
            after: twice,
            statements: second,
        },
    ]
}

/// Carries a scenario out.
pub(super) fn disturb(
    scenario: &str,
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
) -> Result<(), Trouble> {
    match scenario {
        "twice" => note(lab, report, twice(lab, baseline))?,
        "killed" => {
            killed_at_boundaries(lab, baseline, report)?;
            killed_at_random(lab, baseline, report)?;
        }
        "failed" => failed(lab, baseline, report)?,
        "slow" => slow(lab, baseline, report)?,
        "clock" => clock(lab, baseline, report)?,
        "disk" => disk(lab, baseline, report)?,
        _ => ledger(lab, baseline, report)?,
    }
    Ok(())
}

/// The run is done again: nothing may change.
fn twice(lab: &Lab<'_>, baseline: &Baseline) -> Trial {
    let [_, once, twice] = &baseline.contents;
    let by_key = |id: &&UniqueId| {
        let node = lab.request.nodes.iter().find(|it| it.unique_id == **id);
        node.is_some_and(|it| matches!(it.config.materialized(), "incremental" | "snapshot"))
    };
    let kept = once.nodes.keys().filter(by_key).count();
    let rebuilt = once.nodes.len() - kept;
    Trial {
        scenario: "done twice".to_owned(),
        what: "the run is done again".to_owned(),
        guard: format!("{rebuilt} built anew, {kept} by key or filter"),
        differences: once.differences(twice, &baseline.unsteady),
    }
}

fn killed_at_boundaries(
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
) -> Result<(), Trouble> {
    for way in ways(baseline) {
        // What comes after a query finds the databases as the query found them.
        let queries = |at: &usize| {
            at.checked_sub(1)
                .is_some_and(|it| is_query(way.statements, it))
        };
        let all: Vec<usize> = (0..way.statements.len())
            .filter(|at| !queries(at))
            .collect();
        let picked = match lab.request.boundaries {
            Some(most) => spread(&all, most),
            None => all,
        };
        (lab.request.progress)(format!(
            "Killed before {} of {} statements, {}; the others follow queries",
            picked.len(),
            way.statements.len(),
            way.name
        ));
        for at in picked {
            let blow = Blow {
                fault: Some(Fault::KilledBefore(at as u64 + 1)),
                single: true,
                ..Blow::default()
            };
            let what = format!("before statement {}: {}", at + 1, shown(way.statements, at));
            trial(
                lab,
                baseline,
                report,
                "killed at a boundary",
                way,
                &what,
                &blow,
            )?;
        }
    }
    Ok(())
}

fn killed_at_random(
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
) -> Result<(), Trouble> {
    (lab.request.progress)(format!("Killed at {} random instants", lab.request.kills));
    at_random(
        lab,
        baseline,
        report,
        "killed at an instant",
        |random, way| {
            // Before its first statement a run does nothing that lasts.
            let begin = way.statements.first().map(|it| it.0).unwrap_or_default();
            let instant = begin + baseline.elapsed.saturating_sub(begin).mul_f64(random.f64());
            let blow = Blow {
                killed_after: Some(instant),
                ..Blow::default()
            };
            (format!("after {:.3} s", instant.as_secs_f64()), blow)
        },
    )
}

fn failed(lab: &Lab<'_>, baseline: &Baseline, report: &mut Report) -> Result<(), Trouble> {
    (lab.request.progress)(format!("{} statements fail", lab.request.kills));
    at_random(lab, baseline, report, "a statement fails", |random, way| {
        let at = random.usize(0..way.statements.len().max(1));
        let blow = Blow {
            fault: Some(Fault::Fails(at as u64 + 1)),
            single: true,
            ..Blow::default()
        };
        (
            format!("statement {}: {}", at + 1, shown(way.statements, at)),
            blow,
        )
    })
}

/// Disturbs as many runs as are asked for, first runs and next ones by turns.
fn at_random(
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
    scenario: &str,
    pick: impl Fn(&mut fastrand::Rng, Way<'_>) -> (String, Blow),
) -> Result<(), Trouble> {
    let mut random = fastrand::Rng::with_seed(lab.request.seed);
    for way in ways(baseline).iter().cycle().take(lab.request.kills) {
        let (what, blow) = pick(&mut random, *way);
        trial(lab, baseline, report, scenario, *way, &what, &blow)?;
    }
    Ok(())
}

fn slow(lab: &Lab<'_>, baseline: &Baseline, report: &mut Report) -> Result<(), Trouble> {
    const MILLISECONDS: u64 = 20;
    (lab.request.progress)("Slow statements".to_owned());
    for way in ways(baseline) {
        let blow = Blow {
            fault: Some(Fault::Slow(MILLISECONDS)),
            ..Blow::default()
        };
        let what = format!("each statement {MILLISECONDS} ms late");
        trial(lab, baseline, report, "slow statements", way, &what, &blow)?;
    }
    Ok(())
}

fn clock(lab: &Lab<'_>, baseline: &Baseline, report: &mut Report) -> Result<(), Trouble> {
    (lab.request.progress)("A wrong clock".to_owned());
    let moves = [
        ("a day ahead", TimeDelta::days(1)),
        ("a day behind", TimeDelta::days(-1)),
        ("a year ahead", TimeDelta::days(366)),
    ];
    let [_, next] = ways(baseline);
    for (name, clock) in moves {
        let blow = Blow {
            clock,
            ..Blow::default()
        };
        let what = format!("with a clock {name}");
        trial(lab, baseline, report, "wrong clock", next, &what, &blow)?;
    }
    Ok(())
}

/// Files cannot grow over a size between what is there and what is needed.
fn disk(lab: &Lab<'_>, baseline: &Baseline, report: &mut Report) -> Result<(), Trouble> {
    (lab.request.progress)("A full disk".to_owned());
    // The smallest one has room for a database, and hardly for anything in it.
    const SMALL: u64 = 300 * 1024;
    let large = lab.size(&baseline.once);
    let [first, next] = ways(baseline);
    let sizes = [
        (first, SMALL),
        (first, large / 2),
        (next, large / 2),
        (next, large),
    ];
    for (way, bytes) in sizes {
        let blow = Blow {
            quota: Some(bytes),
            ..Blow::default()
        };
        let what = format!("with files of at most {} KB", bytes / 1024);
        trial(lab, baseline, report, "full disk", way, &what, &blow)?;
    }
    Ok(())
}

fn ledger(lab: &Lab<'_>, baseline: &Baseline, report: &mut Report) -> Result<(), Trouble> {
    let [_, next] = ways(baseline);
    lab.restore(next.start)?;
    if !lab.has_ledger()? {
        report.leave_out("ledger", "no node has one (`ledger: true`)");
        return Ok(());
    }
    (lab.request.progress)("The ledger is removed".to_owned());
    let databases: BTreeSet<&str> = lab
        .request
        .nodes
        .iter()
        .filter_map(|it| it.database.as_deref())
        .collect();
    let statements = databases.iter().map(|it| {
        format!(
            "drop schema if exists {}.{LEDGER_SCHEMA} cascade",
            lab.quoted(it)
        )
    });
    lab.change(&statements.collect::<Vec<_>>())?;
    let ended = lab.run(&["build"], &Blow::default())?;
    let mut differences = next.after.differences(&lab.look()?, &baseline.unsteady);
    differences.extend(unfinished(&ended));
    let trial = Trial {
        scenario: "ledger removed".to_owned(),
        what: "the schema `dsql` is dropped between two runs".to_owned(),
        guard: "made anew".to_owned(),
        differences,
    };
    note(lab, report, trial)
}

/// Disturbs a run, looks at what it leaves, does it again, compares, and notes what was seen.
fn trial(
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
    scenario: &str,
    way: Way<'_>,
    what: &str,
    blow: &Blow,
) -> Result<(), Trouble> {
    go_on(lab)?;
    lab.restore(way.start)?;
    let disturbed = lab.run(&["build"], blow)?;
    let left = lab.look()?;
    let mut differences = artifacts(lab);
    // Of what is built batch by batch, each batch is published for itself.
    let in_parts = |id: &UniqueId| {
        let node = lab.request.nodes.iter().find(|it| it.unique_id == *id);
        node.is_some_and(|it| it.is_microbatch())
    };
    let between = left.between(way.before, way.after);
    let wrong = between
        .iter()
        .filter(|it| !baseline.unsteady.contains(*it) && !in_parts(it));
    let is_moved = blow.clock != TimeDelta::zero();
    differences.extend(wrong.filter(|_| !is_moved).map(|id| Difference {
        relation: id.to_string(),
        what: "is left half done".to_owned(),
    }));
    // If not a byte has changed, the run after it is the undisturbed one.
    let is_untouched = differences.is_empty() && !disturbed.well() && lab.is_as(way.start);
    let guard = match disturbed.exit {
        _ if is_untouched => "nothing was written",
        Some(0) => "not hindered",
        _ if left.nodes == way.before.nodes => "nothing has changed",
        _ => "each node as a whole",
    };
    if !is_untouched {
        let again = lab.run(&["build"], &Blow::default())?;
        differences.extend(artifacts(lab));
        differences.extend(way.after.differences(&lab.look()?, &baseline.unsteady));
        differences.extend(unfinished(&again));
        differences.extend(left_behind(lab));
    }
    let trial = Trial {
        scenario: scenario.to_owned(),
        what: format!("{}, {what}", way.name),
        guard: guard.to_owned(),
        differences,
    };
    note(lab, report, trial)
}

/// Tells if the run that comes after a disturbance fails.
pub(super) fn unfinished(ended: &super::Ended) -> Option<Difference> {
    let last = ended
        .output
        .lines()
        .map(str::trim)
        .rfind(|it| !it.is_empty());
    (!ended.well()).then(|| Difference {
        relation: "the run after it".to_owned(),
        what: format!("fails: {}", last.unwrap_or("it says nothing")),
    })
}

/// Tells which artifacts are not whole.
fn artifacts(lab: &Lab<'_>) -> Vec<Difference> {
    let names = [
        "manifest.json",
        "run_results.json",
        "semantic_manifest.json",
    ];
    let broken = names.iter().filter_map(|name| lab.artifact(name).err());
    let difference = |what| Difference {
        relation: "the artifact".to_owned(),
        what,
    };
    broken.map(difference).collect()
}

/// Picks at most so many, evenly.
fn spread(all: &[usize], most: usize) -> Vec<usize> {
    if all.len() <= most {
        return all.to_vec();
    }
    let at = |nth: usize| all.get(nth * all.len() / most.max(1)).copied();
    (0..most).filter_map(at).collect()
}

/// Shows a statement in a few words.
fn shown(statements: &[(Duration, String)], at: usize) -> String {
    const LETTERS: usize = 60;
    let statement = bare(statements, at);
    match statement.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &statement[..end]),
        None => statement.to_owned(),
    }
}

/// Returns a statement without the comment in front of it.
fn bare(statements: &[(Duration, String)], at: usize) -> &str {
    let statement = statements
        .get(at)
        .map(|it| it.1.as_str())
        .unwrap_or_default();
    match statement.split_once("*/") {
        Some((comment, rest)) if comment.starts_with("/*") => rest.trim(),
        _ => statement,
    }
}

/// Tells whether a statement changes nothing.
fn is_query(statements: &[(Duration, String)], at: usize) -> bool {
    let first = bare(statements, at).split_whitespace().next();
    first.is_some_and(|word| {
        ["select", "with"]
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_picked_evenly() {
        let all: Vec<usize> = (0..10).collect();
        assert_eq!(spread(&all, 3), [0, 3, 6]);
        assert_eq!(spread(&all, 20), all);
        assert_eq!(spread(&all, 0), Vec::<usize>::new());
    }

    #[test]
    fn statements_are_shown_without_their_comment() {
        let sent = |sql: &str| (Duration::ZERO, sql.to_owned());
        let statements = [
            sent("/* {\"app\": \"dbt\"} */ create table x"),
            sent("SELECT 1"),
        ];
        assert_eq!(shown(&statements, 0), "create table x");
        assert_eq!(shown(&statements, 2), "");
        assert_eq!([0, 1].map(|at| is_query(&statements, at)), [false, true]);
    }
}
