//! What can be measured of runs. The SQL of a metric's series is the macro `get_<metric>_series`, one file each.

use crate::quality::control::ChartKind;

/// What a metric is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Each node has a series.
    Node,
    /// Each command has one.
    Run,
}

/// Something that is measured each time.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name in settings.
    pub name: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// The macro that reads its series.
    pub series: &'static str,
    /// The chart that it has unless said otherwise.
    pub chart: ChartKind,
    /// Whether it has sizes, of which its values are parts.
    pub has_sizes: bool,
    /// Whether it counts.
    pub counts: bool,
}

/// All metrics, by name.
const METRICS: [Metric; 5] = [
    Metric {
        name: "failed_nodes",
        subject: Subject::Run,
        series: "get_failed_nodes_series",
        chart: ChartKind::P,
        has_sizes: true,
        counts: true,
    },
    Metric {
        name: "failures",
        subject: Subject::Node,
        series: "get_failures_series",
        chart: ChartKind::C,
        has_sizes: false,
        counts: true,
    },
    Metric {
        name: "rows_affected",
        subject: Subject::Node,
        series: "get_rows_affected_series",
        chart: ChartKind::Individuals,
        has_sizes: false,
        counts: true,
    },
    Metric {
        name: "run_seconds",
        subject: Subject::Run,
        series: "get_run_seconds_series",
        chart: ChartKind::Individuals,
        has_sizes: false,
        counts: false,
    },
    Metric {
        name: "seconds",
        subject: Subject::Node,
        series: "get_seconds_series",
        chart: ChartKind::Individuals,
        has_sizes: false,
        counts: false,
    },
];

impl Metric {
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
