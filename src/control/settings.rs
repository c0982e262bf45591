//! What `dsql.yml` says of `control`.

use super::metrics::{Metric, Subject};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::graph::selection::{IndirectSelection, Spec};
use crate::project::SettingsReader;
use crate::quality::control::{self, ChartKind, ControlError, Rule, Seasonality};
use crate::text::Location;
use crate::yaml::{Mapping, Node, Value};

/// What becomes of a metric whose last point is out of control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSignal {
    /// It is told, no more.
    Note,
    /// It is a warning.
    Warn,
    /// It is an error.
    Error,
}

impl OnSignal {
    const ALL: [Self; 3] = [Self::Error, Self::Note, Self::Warn];

    /// The word to write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// A metric under control, of some nodes.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Which.
    pub metric: &'static Metric,
    /// The nodes; none means all.
    pub spec: Option<Spec>,
    /// The columns, in lower case; none means all.
    pub columns: Vec<String>,
    /// How it is judged.
    pub chart: control::Settings,
    /// What becomes of signals.
    pub on_signal: OnSignal,
    /// Where that is said.
    pub location: Option<Location>,
}

impl Watch {
    /// Watches a metric of all nodes as is usual; signals are told, no more.
    pub fn usual(metric: &'static Metric) -> Self {
        Self {
            metric,
            spec: None,
            columns: Vec::new(),
            chart: control::Settings::of(metric.chart),
            on_signal: OnSignal::Note,
            location: None,
        }
    }

    /// Tells whether a part of a node is meant: a column of it, one of its inputs, or the whole.
    pub fn is_about(&self, part: Option<&str>) -> bool {
        let named = |part: &str| self.columns.iter().any(|it| it.eq_ignore_ascii_case(part));
        self.columns.is_empty() || part.is_some_and(named)
    }
}

/// What is under control. Of several that choose a node, the last counts.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// In the order of the file.
    pub watches: Vec<Watch>,
}

const KEYS: &[&str] = &[
    "baseline",
    "chart",
    "columns",
    "metric",
    "on_signal",
    "rules",
    "seasonality",
    "select",
];
const PAGE: &str = "docs/control_charts.md";

impl Settings {
    /// Reads the file; without one nothing is under control.
    pub fn read(file: Option<&Node>) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader(SettingsReader::new(PAGE));
        let mut settings = Self::default();
        let node = file.and_then(Node::as_map).and_then(|it| it.get("control"));
        if let Some(node) = node.filter(|it| !it.is_null()) {
            match node.as_seq() {
                Some(items) => {
                    settings.watches = items.iter().filter_map(|it| reader.watch(it)).collect();
                }
                None => reader.0.wrong(node, "`control` must be a list of metrics"),
            }
        }
        (settings, reader.0.findings)
    }
}

/// Reads what is under control.
struct Reader(SettingsReader);

impl Reader {
    fn watch(&mut self, node: &Node) -> Option<Watch> {
        let map = self.0.map(node, "what is under control")?;
        self.0.keys(map, KEYS, "`control`");
        let metric = self.metric(node, map)?;
        let mut watch = Watch {
            spec: self.spec(map, metric),
            columns: self.columns(map, metric),
            on_signal: self.on_signal(map),
            location: Some(node.location),
            ..Watch::usual(metric)
        };
        let chart = self.chart(map, metric).unwrap_or(metric.chart);
        watch.chart = control::Settings::of(chart);
        if let Some(node) = given(map, "seasonality")
            && let Some(name) = self.word(node, "seasonality")
        {
            let read = name.parse::<Seasonality>();
            watch.chart.seasonality = self.known(node, read).unwrap_or_default();
        }
        if let Some(node) = given(map, "baseline") {
            match count(node) {
                Some(length) => watch.chart.baseline = length,
                None => self.0.wrong(node, "`baseline` must be a number of points"),
            }
        }
        if let Some(rules) = self.rules(map) {
            watch.chart.rules = rules;
        }
        self.fits(node, map, &watch);
        Some(watch)
    }

    fn metric(&mut self, node: &Node, map: &Mapping) -> Option<&'static Metric> {
        let Some(named) = given(map, "metric") else {
            let names: Vec<String> = Metric::names().map(|it| format!("`{it}`")).collect();
            let finding = Diagnostic::error(Code::InvalidSettings, "`metric` is missing");
            let help = format!("name one of {}", names.join(", "));
            self.0.findings.push(finding.at(node.location).help(help));
            return None;
        };
        let metric = Metric::named(named.as_str().unwrap_or_default());
        if metric.is_none() {
            self.0.unknown(named, Metric::names(), "there is no metric");
        }
        metric
    }

    /// Reads which nodes are meant.
    fn spec(&mut self, map: &Mapping, metric: &Metric) -> Option<Spec> {
        let node = given(map, "select")?;
        if metric.subject == Subject::Run {
            let message = format!("`{}` is of runs, and no nodes are selected", metric.name);
            self.wrong(node, &message, Some("leave `select` out".to_owned()));
            return None;
        }
        let words = self.words(node, "select").into_iter().map(|it| it.0);
        let words: Vec<String> = words.collect();
        let (spec, wrong) = Spec::parse(&words, &[], IndirectSelection::default());
        let wrong = wrong.into_iter().map(|it| it.at(node.location));
        self.0.findings.extend(wrong);
        Some(spec)
    }

    /// Reads which columns are meant.
    fn columns(&mut self, map: &Mapping, metric: &Metric) -> Vec<String> {
        let Some(node) = given(map, "columns") else {
            return Vec::new();
        };
        if metric.subject != Subject::Column {
            let message = format!("`{}` is of no columns", metric.name);
            self.wrong(node, &message, Some("leave `columns` out".to_owned()));
            return Vec::new();
        }
        let words = self.words(node, "columns").into_iter();
        words.map(|it| it.0.to_lowercase()).collect()
    }

    fn chart(&mut self, map: &Mapping, metric: &Metric) -> Option<ChartKind> {
        let node = given(map, "chart")?;
        let name = self.word(node, "chart")?;
        let kind = self.known(node, name.parse::<ChartKind>())?;
        if metric.charts().any(|it| it == kind) {
            return Some(kind);
        }
        let lack = match kind.has_sizes() && !metric.has_sizes {
            true => "it has no sizes",
            false => "it is no count",
        };
        let message = format!("`{}` has no chart `{name}`: {lack}", metric.name);
        let charts: Vec<String> = metric
            .charts()
            .map(|it| format!("`{}`", it.as_str()))
            .collect();
        self.wrong(
            node,
            &message,
            Some(format!("there are {}", charts.join(", "))),
        );
        None
    }

    fn rules(&mut self, map: &Mapping) -> Option<Vec<Rule>> {
        let node = given(map, "rules")?;
        let words = self.words(node, "rules");
        let mut names = Vec::new();
        for (name, node) in &words {
            if self.known(node, Rule::named([name.as_str()])).is_some() {
                names.push(name.as_str());
            }
        }
        Rule::named(names).ok().filter(|it| !it.is_empty())
    }

    fn on_signal(&mut self, map: &Mapping) -> OnSignal {
        let Some(node) = given(map, "on_signal") else {
            return OnSignal::Warn;
        };
        let found = OnSignal::ALL
            .into_iter()
            .find(|it| node.as_str() == Some(it.as_str()));
        if found.is_none() {
            let near = node.as_str();
            let near = near.and_then(|it| did_you_mean(it, OnSignal::ALL.map(OnSignal::as_str)));
            let help = near.map(|it| format!("did you mean `{it}`?"));
            self.wrong(node, "`on_signal` is `error`, `warn` or `note`", help);
        }
        found.unwrap_or(OnSignal::Warn)
    }

    /// Says what does not go together.
    fn fits(&mut self, node: &Node, map: &Mapping, watch: &Watch) {
        let Err(error) = control::control(&[], 0, &watch.chart) else {
            return;
        };
        let key = match error {
            ControlError::RuleOfOtherChart { .. } => "rules",
            _ => "baseline",
        };
        let node = given(map, key).unwrap_or(node);
        self.wrong(node, &error.to_string(), None);
    }

    fn word<'n>(&mut self, node: &'n Node, key: &str) -> Option<&'n str> {
        let word = node.as_str();
        if word.is_none() {
            self.0.wrong(node, &format!("`{key}` must be a word"));
        }
        word
    }

    /// Lists the words of a list, with where they stand.
    fn words<'n>(&mut self, node: &'n Node, key: &str) -> Vec<(String, &'n Node)> {
        let items = node.as_seq().unwrap_or(std::slice::from_ref(node));
        let mut words = Vec::new();
        for item in items {
            match item.as_str() {
                Some(word) => words.push((word.to_owned(), item)),
                None => self
                    .0
                    .wrong(item, &format!("`{key}` must be a word or a list of words")),
            }
        }
        words
    }

    /// Says what is not known, in the words of charts.
    fn known<T>(&mut self, node: &Node, read: Result<T, ControlError>) -> Option<T> {
        let error = match read {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let ControlError::Unknown {
            what,
            name,
            near,
            known,
        } = &error
        else {
            self.wrong(node, &error.to_string(), None);
            return None;
        };
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", known.join(", ")),
        };
        self.wrong(node, &format!("there is no {what} `{name}`"), Some(help));
        None
    }

    fn wrong(&mut self, node: &Node, message: &str, help: Option<String>) {
        let mut finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
        finding.help = help;
        self.0.findings.push(finding);
    }
}

fn given<'n>(map: &'n Mapping, key: &str) -> Option<&'n Node> {
    map.get(key).filter(|it| !it.is_null())
}

fn count(node: &Node) -> Option<usize> {
    match &node.value {
        Value::Int(number) => usize::try_from(*number).ok(),
        _ => None,
    }
}
