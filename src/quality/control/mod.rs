//! Statistical process control: whether a series shows common causes alone, or special ones.
//!
//! In: measurements in the order of time, the place where the current phase begins, and [`Settings`]. Out: [`Control`], which is a
//! verdict and what can be drawn. Limits are learned from the first points of the phase; what comes before the phase counts for
//! nothing. Nothing is guessed: with too little history the verdict says how much is missing. A measurement that cannot be
//! read is told as such, and the chart goes on without it.
//!
//! Read [`control`] first, then the file of a chart; `docs/control_charts.md` has the formulas.

mod c;
mod cautions;
mod constants;
mod ewma;
mod individuals;
mod lines;
mod np;
mod p;
mod patterns;
mod points;
mod rules;
mod season;
mod settings;
mod u;
mod verdict;

pub use cautions::Caution;
use constants::{D2, D4, WIDTH};
use lines::Lines;
pub use patterns::Signal;
use patterns::{Judged, signals};
use points::Reading;
pub use points::{Point, Problem};
pub use rules::Rule;
pub use season::{Cycle, Season, Seasonality};
pub use settings::{ChartKind, ControlError, Ewma, Given, Settings};
pub use verdict::{Lack, Unit, Verdict};

/// A verdict, and what can be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// What is said of all points of the phase.
    pub verdict: Verdict,
    /// The chart; none with too little history.
    pub chart: Option<Chart>,
}

impl Control {
    /// What is said of the points from a place in the series on. Rules look at the points before it, too.
    pub fn verdict_since(&self, first: usize) -> Verdict {
        let Verdict::Special(signals) = &self.verdict else {
            return self.verdict.clone();
        };
        let recent: Vec<Signal> = signals
            .iter()
            .filter(|it| it.at >= first)
            .cloned()
            .collect();
        match recent.is_empty() {
            true => Verdict::Common,
            false => Verdict::Special(recent),
        }
    }
}

/// What can be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Which chart it is.
    pub kind: ChartKind,
    /// The centre.
    pub centre: f64,
    /// The standard deviation: of single values, or of a point of size one at the centre; of `np` of one count.
    pub sigma: f64,
    /// Centre and upper limit of moving ranges; the lower one is zero. Only `individuals` has them.
    pub ranges: Option<(f64, f64)>,
    /// What was taken off.
    pub seasons: Vec<Season>,
    /// What in the baseline speaks against this chart.
    pub cautions: Vec<Caution>,
    /// All points of the phase.
    pub points: Vec<ChartPoint>,
}

impl Chart {
    /// Finds a point by its place in the series; what is before the phase is not drawn.
    pub fn point(&self, at: usize) -> Option<&ChartPoint> {
        let place = self.points.binary_search_by_key(&at, |it| it.index);
        self.points.get(place.ok()?)
    }
}

/// One point of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartPoint {
    /// Its place in the series.
    pub index: usize,
    /// The value, share or rate as measured; none if it cannot be read.
    pub value: Option<f64>,
    /// Why it cannot be read or judged.
    pub problem: Option<Problem>,
    /// Whether limits were learned from it.
    pub is_baseline: bool,
    /// Whether its cause is known, so that no rule looks at it.
    pub is_excluded: bool,
    /// What is judged of it; none if there is a problem or it is excluded.
    pub judged: Option<JudgedPoint>,
}

/// What is judged of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedPoint {
    /// What its season adds; added to `plotted` and to the limits it gives them as measured.
    pub season: f64,
    /// What is plotted: the value without its season; of `ewma` the average up to here.
    pub plotted: f64,
    /// The standard deviation here.
    pub sigma: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// The moving range to the point before; only of `individuals`.
    pub range: Option<f64>,
    /// The rules that fire here.
    pub rules: Vec<Rule>,
}

/// Judges a series from the place on where its current phase begins.
///
/// # Errors
///
/// What cannot be asked: rules that do not fit the chart, sizes of `np` that differ, parameters out of range.
pub fn control(
    series: &[Point],
    phase: usize,
    settings: &Settings,
) -> Result<Control, ControlError> {
    settings.check()?;
    let kind = settings.kind;
    let points = (0..).zip(series).skip(phase);
    let read: Vec<Read> = points
        .map(|(index, it)| Read::of(index, it, kind))
        .collect();
    let size = common_size(&read, kind)?;
    let mut baseline = baseline(&read, settings);
    let lack = Lack {
        have: baseline.len(),
        need: settings.least(),
        unit: Unit::Points,
    };
    if settings.given.is_none() && lack.have < lack.need {
        return Ok(Control::lacking(lack));
    }
    let seasons = match season::learn(settings.seasonality, &mut baseline) {
        Ok(seasons) => seasons,
        Err(lack) => return Ok(Control::lacking(lack)),
    };
    let lost = seasons
        .iter()
        .map(|it| it.effects.len().saturating_sub(1))
        .sum();
    let lines = match settings.given {
        Some(given) => Lines::given(kind, given, size),
        None => Lines::learn(kind, &baseline, lost),
    };
    let cautions = match settings.given {
        Some(_) => Vec::new(),
        None => cautions::cautions(kind, &baseline, &lines, lost),
    };
    let mut found = draw(&read, &baseline, seasons, lines, settings);
    if let Some(chart) = &mut found.chart {
        chart.cautions = cautions;
    }
    Ok(found)
}

impl Control {
    fn lacking(lack: Lack) -> Self {
        Self {
            verdict: Verdict::TooLittle(lack),
            chart: None,
        }
    }
}

/// A measurement as it was read.
struct Read<'a> {
    index: usize,
    point: &'a Point,
    reading: Result<Reading, Problem>,
}

impl<'a> Read<'a> {
    fn of(index: usize, point: &'a Point, kind: ChartKind) -> Self {
        let reading = point.read(kind).map(|(statistic, size)| Reading {
            index,
            when: point.when,
            statistic,
            size,
            season: 0.0,
        });
        Self {
            index,
            point,
            reading,
        }
    }

    /// Adds up what seasons add here.
    fn in_season(&self, seasons: &[Season]) -> Result<Reading, Problem> {
        let effects = seasons.iter().map(|it| it.effect(self.point.when));
        let season: Option<f64> = effects.sum();
        let season = season.ok_or(Problem::NoSeason);
        self.reading
            .and_then(|reading| season.map(|season| Reading { season, ..reading }))
    }
}

/// Returns what limits are learned from.
fn baseline(read: &[Read], settings: &Settings) -> Vec<Reading> {
    let usable = read.iter().filter(|it| !it.point.is_excluded);
    let mut usable: Vec<Reading> = usable.filter_map(|it| it.reading.ok()).collect();
    if !settings.looks_back {
        usable.pop();
    }
    usable.truncate(settings.baseline);
    usable
}

/// Finds the one size of an `np` chart; that of others is one.
fn common_size(read: &[Read], kind: ChartKind) -> Result<f64, ControlError> {
    let readings = read.iter().filter_map(|it| it.reading.ok());
    let mut sizes = readings
        .map(|it| it.size)
        .take_while(|_| kind == ChartKind::Np);
    let first = sizes.next().unwrap_or(1.0);
    match sizes.find(|size| *size != first) {
        Some(other) => Err(ControlError::SizesDiffer(first, other)),
        None => Ok(first),
    }
}

fn draw(
    read: &[Read],
    baseline: &[Reading],
    seasons: Vec<Season>,
    lines: Lines,
    settings: &Settings,
) -> Control {
    let mut pen = Pen::new(lines, settings);
    let mut judged: Vec<Judged> = Vec::new();
    let mut points: Vec<ChartPoint> = Vec::new();
    for it in read {
        let reading = it.in_season(&seasons);
        let seen = reading.ok().filter(|_| !it.point.is_excluded);
        let (as_judged, drawn) = seen.map(|reading| pen.draw(&reading)).unzip();
        judged.extend(as_judged);
        points.push(ChartPoint {
            index: it.index,
            value: it.reading.ok().map(|it| it.statistic),
            problem: reading.err(),
            is_baseline: baseline
                .binary_search_by_key(&it.index, |reading| reading.index)
                .is_ok(),
            is_excluded: it.point.is_excluded,
            judged: drawn,
        });
    }
    let signals = signals(&settings.rules, &judged);
    for signal in &signals {
        let place = points.binary_search_by_key(&signal.at, |it| it.index);
        let point = place.ok().and_then(|it| points.get_mut(it));
        if let Some(judged) = point.and_then(|it| it.judged.as_mut()) {
            judged.rules.push(signal.rule);
        }
    }
    let chart = Chart {
        kind: settings.kind,
        centre: lines.centre,
        sigma: lines.sigma,
        ranges: pen.ranges,
        seasons,
        cautions: Vec::new(),
        points,
    };
    Control {
        verdict: match signals.is_empty() {
            true => Verdict::Common,
            false => Verdict::Special(signals),
        },
        chart: Some(chart),
    }
}

/// Draws one point after the other.
struct Pen<'a> {
    lines: Lines,
    settings: &'a Settings,
    ranges: Option<(f64, f64)>,
    before: Option<Reading>,
    average: f64,
    count: usize,
}

impl<'a> Pen<'a> {
    fn new(lines: Lines, settings: &'a Settings) -> Self {
        let range = lines.sigma * D2;
        let has_ranges = settings.kind == ChartKind::Individuals;
        Self {
            lines,
            settings,
            ranges: has_ranges.then_some((range, D4 * range)),
            before: None,
            average: lines.centre,
            count: 0,
        }
    }

    fn draw(&mut self, reading: &Reading) -> (Judged, JudgedPoint) {
        let (plotted, sigma, width) = self.plot(reading);
        let centre = self.lines.centre;
        let (least, most) = lines::bounds(self.settings.kind, reading.size);
        let range = self
            .before
            .replace(*reading)
            .map(|before| individuals::range(&before, reading));
        let judged = Judged {
            index: reading.index,
            plotted,
            deviation: plotted - centre,
            sigma,
            width,
            slack: reading.slack(centre),
            range: range.zip(self.ranges).map(|(it, (_, limit))| (it, limit)),
        };
        let drawn = JudgedPoint {
            season: reading.season,
            plotted,
            sigma,
            lower: (centre - width * sigma).max(least - reading.season),
            upper: (centre + width * sigma).min(most - reading.season),
            range: judged.range.map(|(it, _)| it),
            rules: Vec::new(),
        };
        (judged, drawn)
    }

    /// What is plotted, its standard deviation, and how many of them the limits are away.
    fn plot(&mut self, reading: &Reading) -> (f64, f64, f64) {
        let kind = self.settings.kind;
        if kind != ChartKind::Ewma {
            let sigma = self.lines.sigma_of(kind, reading);
            return (reading.adjusted(), sigma, WIDTH);
        }
        let settings = &self.settings.ewma;
        self.count += 1;
        self.average = ewma::next(settings, self.average, reading.adjusted());
        let sigma = ewma::sigma(settings, self.lines.sigma, self.count);
        (self.average, sigma, settings.width)
    }
}
