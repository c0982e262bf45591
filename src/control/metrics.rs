//! What can be measured of runs. The SQL of a metric's series is the macro `get_<metric>_series`, one file each.

use crate::quality::control::ChartKind;

/// What a metric is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Each node has a series.
    Node,
    /// Each column of a node has one.
    Column,
    /// Each input of a node has one.
    Input,
    /// Each command has one.
    Run,
}

/// Where its series come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A macro that reads the events of runs.
    Events(&'static str),
    /// Views of checkpoints: what its values are in SQL, and of how many.
    Checkpoints(&'static str, Option<&'static str>),
}

/// Something that is measured each time.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name in settings.
    pub name: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// Where its series come from.
    pub source: Source,
    /// The chart that it has unless said otherwise.
    pub chart: ChartKind,
    /// Whether it has sizes, of which its values are parts.
    pub has_sizes: bool,
    /// Whether it counts.
    pub counts: bool,
}

/// A metric of single values.
const fn values(name: &'static str, subject: Subject, source: Source) -> Metric {
    Metric {
        name,
        subject,
        source,
        chart: ChartKind::Individuals,
        has_sizes: false,
        counts: false,
    }
}

/// A metric of counts, which single values are, too.
const fn counts(name: &'static str, subject: Subject, source: Source) -> Metric {
    Metric {
        counts: true,
        ..values(name, subject, source)
    }
}

/// A metric of counts of what can be counted through.
const fn shares(name: &'static str, subject: Subject, source: Source) -> Metric {
    Metric {
        chart: ChartKind::P,
        has_sizes: true,
        ..counts(name, subject, source)
    }
}

use Source::{Checkpoints, Events};
use Subject::{Column, Input, Node, Run};

/// All metrics, by name.
const METRICS: [Metric; 17] = [
    values("bytes", Node, Checkpoints("bytes", None)),
    counts("distinct", Column, Checkpoints("distinct_count", None)),
    shares("failed_nodes", Run, Events("get_failed_nodes_series")),
    shares("failure_share", Node, Events("get_failure_share_series")),
    Metric {
        chart: ChartKind::C,
        ..counts("failures", Node, Events("get_failures_series"))
    },
    values("lag_seconds", Node, Checkpoints("lag_seconds", None)),
    shares(
        "lost_share",
        Input,
        Checkpoints("greatest(rows_lost, 0)", Some("rows_in")),
    ),
    values(
        "max",
        Column,
        Checkpoints("try_cast(max_value as double)", None),
    ),
    values("mean", Column, Checkpoints("mean", None)),
    values(
        "min",
        Column,
        Checkpoints("try_cast(min_value as double)", None),
    ),
    shares(
        "null_share",
        Column,
        Checkpoints("null_count", Some("rows_measured")),
    ),
    shares(
        "quarantined_share",
        Node,
        Checkpoints("rows_quarantined", Some("rows + rows_quarantined")),
    ),
    counts("rows", Node, Checkpoints("rows", None)),
    counts("rows_affected", Node, Events("get_rows_affected_series")),
    counts("rows_in", Input, Checkpoints("rows_in", None)),
    values("run_seconds", Run, Events("get_run_seconds_series")),
    values("seconds", Node, Events("get_seconds_series")),
];

impl Metric {
    /// Tells whether it is known before a node is committed.
    pub fn is_known_before_commit(&self) -> bool {
        matches!(self.source, Source::Checkpoints(..))
            || ["failures", "failure_share"].contains(&self.name)
    }

    /// Finds a metric by its name.
    pub fn named(name: &str) -> Option<&'static Metric> {
        METRICS.iter().find(|it| it.name == name)
    }

    /// The names of all.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        METRICS.iter().map(|it| it.name)
    }

    /// Lists the charts that it can have.
    pub fn charts(&self) -> impl Iterator<Item = ChartKind> {
        let fits =
            |it: &ChartKind| (self.has_sizes || !it.has_sizes()) && (self.counts || !it.counts());
        ChartKind::ALL.into_iter().filter(fits)
    }
}
