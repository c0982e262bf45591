//! One series, judged.

use chrono::NaiveDateTime;

use super::metrics::Metric;
use super::settings::{OnSignal, Watch};
use crate::quality::control::{Control, Point, Signal, Verdict, control};

/// One measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The run.
    pub run_id: String,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// What was measured; none if that is no number.
    pub value: f64,
    /// Of how many.
    pub size: Option<f64>,
}

/// What a series is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesOf {
    /// The unique id of the node, or the command.
    pub node: String,
    /// The column, or the unique id of the input, if it is not about the whole node.
    pub part: Option<String>,
}

impl SeriesOf {
    /// Says what people call it, by what they call nodes.
    pub fn named(&self, name: impl Fn(&str) -> String) -> String {
        match &self.part {
            Some(part) => format!("{}.{}", name(&self.node), name(part)),
            None => name(&self.node),
        }
    }

    /// The name under which phases of a metric of it are kept.
    pub fn phased(&self, metric: &Metric) -> String {
        match &self.part {
            Some(part) => format!("{part}.{}", metric.name),
            None => metric.name.to_owned(),
        }
    }
}

/// What was measured of a node or a command, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// All of it.
    pub points: Vec<Measured>,
    /// The current phase, if one was begun.
    pub phase: Option<Phase>,
}

/// A phase: what was measured before it counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// With which measurement it begins, UTC.
    pub began_at: NaiveDateTime,
    /// The run of that.
    pub run_id: String,
    /// Who decided it.
    pub decided_by: String,
    /// Why.
    pub reason: Option<String>,
}

/// What a chart says of the last point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Common causes.
    Common,
    /// Special causes.
    Special,
    /// Too little history.
    TooLittle,
    /// No chart can be drawn.
    Impossible,
}

impl Outcome {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Special => "special",
            Self::TooLittle => "too_little",
            Self::Impossible => "impossible",
        }
    }
}

/// One series, judged.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it is about.
    pub of: SeriesOf,
    /// What people call that.
    pub name: String,
    /// What is measured.
    pub metric: &'static Metric,
    /// Its kind of chart.
    pub kind: &'static str,
    /// What becomes of signals.
    pub on_signal: OnSignal,
    /// What was measured.
    pub series: Series,
    /// What is said of it, or why nothing can be.
    pub control: Result<Control, String>,
}

impl Chart {
    /// Judges a series.
    pub fn of(of: &SeriesOf, name: &str, watch: &Watch, series: Series) -> Self {
        let began = series.phase.as_ref().map(|it| it.began_at);
        let before = |it: &&Measured| began.is_some_and(|began| it.at < began);
        let phase = series.points.iter().take_while(before).count();
        let points: Vec<Point> = series
            .points
            .iter()
            .map(|it| Point {
                size: it.size,
                ..Point::new(it.at, it.value)
            })
            .collect();
        Self {
            of: of.clone(),
            name: name.to_owned(),
            metric: watch.metric,
            kind: watch.chart.kind.as_str(),
            on_signal: watch.on_signal,
            control: control(&points, phase, &watch.chart).map_err(|it| it.to_string()),
            series,
        }
    }

    /// Says what holds of the last point.
    pub fn outcome(&self) -> Outcome {
        let last = self.series.points.len().saturating_sub(1);
        match self.control.as_ref().map(|it| it.verdict_since(last)) {
            Ok(Verdict::Common) => Outcome::Common,
            Ok(Verdict::Special(_)) => Outcome::Special,
            Ok(Verdict::TooLittle(_)) => Outcome::TooLittle,
            Err(_) => Outcome::Impossible,
        }
    }

    /// Tells whether its last point ends a command with an error.
    pub fn is_error(&self) -> bool {
        self.on_signal == OnSignal::Error && self.outcome() == Outcome::Special
    }

    /// Lists where rules fired in the current phase, in the order of points.
    pub fn signals(&self) -> &[Signal] {
        match self.control.as_ref().map(|it| &it.verdict) {
            Ok(Verdict::Special(signals)) => signals,
            _ => &[],
        }
    }

    /// Finds with which measurement a change began that is to be accepted: with the first point of the pattern that the last one
    /// completes; where no rule fires there, with the last one. None while a phase that was begun has too little history.
    pub fn change(&self) -> Option<&Measured> {
        if self.series.phase.is_some() && self.outcome() == Outcome::TooLittle {
            return None;
        }
        let last = self.series.points.len().checked_sub(1)?;
        let of_last = self.signals().iter().filter(|it| it.at == last);
        let first = of_last.flat_map(|it| it.points.iter().copied()).min();
        self.series.points.get(first.unwrap_or(last))
    }

    /// Says for people what holds of the last point.
    pub fn verdict(&self) -> String {
        let earlier = match self.signals().is_empty() {
            true => "",
            false => "; earlier points were special",
        };
        let control = match &self.control {
            Ok(control) => control,
            Err(why) => return format!("no chart: {why}"),
        };
        match (&control.verdict, self.outcome()) {
            (Verdict::TooLittle(lack), _) => format!("too little history: {lack}"),
            (_, Outcome::Special) => match self.on_signal {
                OnSignal::Error => "special causes (error)".to_owned(),
                OnSignal::Warn => "special causes (warning)".to_owned(),
                OnSignal::Note => "special causes".to_owned(),
            },
            _ => format!("common causes{earlier}"),
        }
    }

    /// Says what does not fit at the last point; none if all does.
    pub fn told(&self) -> Option<String> {
        let last = self.series.points.len().checked_sub(1)?;
        let of_last = self.signals().iter().filter(|it| it.at == last);
        let rules: Vec<String> = of_last
            .map(|it| format!("{} ({})", it.rule.meaning(), it.rule))
            .collect();
        let measured = self.series.points.get(last)?;
        let drawn = self.control.as_ref().ok()?.chart.as_ref()?.points.last()?;
        let value = match measured.size {
            Some(size) => format!(
                "{} ({} of {})",
                figure(drawn.value?),
                figure(measured.value),
                figure(size)
            ),
            None => figure(measured.value),
        };
        let judged = drawn.judged.as_ref()?;
        let (lower, upper) = (judged.lower + judged.season, judged.upper + judged.season);
        (!rules.is_empty()).then(|| {
            format!(
                "`{}.{}` is out of control: {}, with limits {} to {}: {}",
                self.name,
                self.metric.name,
                value,
                figure(lower),
                figure(upper),
                rules.join(", ")
            )
        })
    }
}

/// Writes a figure with four digits, or with all of a whole number.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "nothing".to_owned();
    }
    let before = if value == 0.0 {
        0.0
    } else {
        value.abs().log10().floor()
    };
    let places = (3.0 - before).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
