//! Laws of control charts, held against any figures. More of it with `PROPTEST_CASES=100000`.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use dsql::quality::control::{
    ChartKind, Control, Ewma, Given, Point, Rule, Seasonality, Settings, Signal, Verdict, control,
};
use proptest::prelude::*;

fn day(place: usize) -> NaiveDateTime {
    let first = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let place = i64::try_from(place).unwrap();
    first.and_hms_opt(6, 0, 0).unwrap() + TimeDelta::days(place)
}

fn days(values: impl IntoIterator<Item = f64>) -> Vec<Point> {
    let values = values.into_iter().enumerate();
    values
        .map(|(place, it)| Point::new(day(place), it))
        .collect()
}

fn settings(kind: ChartKind, seasonality: Seasonality) -> Settings {
    Settings {
        rules: Rule::all().filter(|it| it.fits(kind)).collect(),
        seasonality,
        ..Settings::of(kind)
    }
}

fn signals(control: &Control) -> Vec<Signal> {
    match &control.verdict {
        Verdict::Special(signals) => signals.clone(),
        _ => Vec::new(),
    }
}

/// All figures of a chart that follow the values.
fn lines(control: &Control) -> Vec<f64> {
    let chart = control.chart.as_ref().unwrap();
    let points = chart.points.iter().filter_map(|it| it.judged.as_ref());
    let figures = points.flat_map(|it| [it.plotted, it.lower, it.upper]);
    [chart.centre].into_iter().chain(figures).collect()
}

fn is_near(one: f64, other: f64, scale: f64) -> bool {
    (one - other).abs() <= 1e-9 * scale
}

fn kinds() -> impl Strategy<Value = ChartKind> {
    prop::sample::select(ChartKind::ALL.to_vec())
}

fn seasonalities() -> impl Strategy<Value = Seasonality> {
    prop::sample::select(vec![
        Seasonality::None,
        Seasonality::Weekday,
        Seasonality::Found,
    ])
}

/// Small numbers with many ties, among them runs and steps.
fn tenths() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-30_i32..30, 15..80)
        .prop_map(|all| all.into_iter().map(|it| f64::from(it) / 10.0).collect())
}

/// Any floats, those of everyday more often.
fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        (-5_i32..200).prop_map(f64::from),
        prop::sample::select(vec![
            f64::NAN,
            f64::INFINITY,
            0.0,
            f64::MIN_POSITIVE,
            1e100,
            -1e100
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scaled_shifted_and_mirrored_series_fire_the_same(
        values in tenths(),
        factor in prop::sample::select(vec![-1.0, 0.1, 3.0, -7.5, 1000.0]),
        shift in -1000_i32..1000,
        is_average in any::<bool>(),
        seasonality in seasonalities(),
    ) {
        let kind = if is_average { ChartKind::Ewma } else { ChartKind::Individuals };
        let settings = settings(kind, seasonality);
        let shift = f64::from(shift);
        let changed = |it: f64| it * factor + shift;
        let one = control(&days(values.iter().copied()), 0, &settings).unwrap();
        let other = control(&days(values.iter().copied().map(changed)), 0, &settings).unwrap();
        prop_assert_eq!(signals(&one), signals(&other));
        let (mut expected, found) = (lines(&one), lines(&other));
        if factor < 0.0 {
            expected[1..].chunks_mut(3).for_each(|it| it.swap(1, 2));
        }
        for (expected, found) in expected.into_iter().map(changed).zip(found) {
            prop_assert!(is_near(expected, found, shift.abs() + 100.0 * factor.abs()), "{expected} {found}");
        }
    }

    #[test]
    fn failures_and_successes_fire_the_same(
        counts in prop::collection::vec((0_u32..=20, 0_u32..20), 9..60),
        is_share in any::<bool>(),
    ) {
        let kind = if is_share { ChartKind::P } else { ChartKind::Np };
        let size = |more: u32| f64::from(20 + if is_share { more } else { 0 });
        let make = |flips: bool| -> Vec<Point> {
            let counts = counts.iter().enumerate();
            counts.map(|(place, (count, more))| {
                let (count, size) = (f64::from(*count), size(*more));
                Point::of(day(place), if flips { size - count } else { count }, size)
            }).collect()
        };
        let settings = settings(kind, Seasonality::None);
        let one = control(&make(false), 0, &settings).unwrap();
        let other = control(&make(true), 0, &settings).unwrap();
        prop_assert_eq!(signals(&one), signals(&other));
    }

    #[test]
    fn what_is_before_the_phase_counts_for_nothing(
        before in prop::collection::vec(floats(), 0..20),
        values in tenths(),
        kind in kinds(),
    ) {
        let settings = settings(kind, Seasonality::Weekday);
        let phase = before.len();
        let all = days(before.into_iter().chain(values).collect::<Vec<f64>>());
        let alone = control(&all[phase..], 0, &settings).unwrap();
        let found = control(&all, phase, &settings).unwrap();
        let moved = |mut it: Signal| {
            it.at += phase;
            it.points.iter_mut().for_each(|it| *it += phase);
            it
        };
        let expected: Vec<Signal> = signals(&alone).into_iter().map(moved).collect();
        prop_assert_eq!(expected, signals(&found));
    }

    #[test]
    fn any_floats_give_figures(
        values in prop::collection::vec((floats(), prop::option::of(floats()), any::<bool>(), 0_i64..2_000_000_000), 0..60),
        kind in kinds(),
        seasonality in prop::sample::select(Seasonality::ALL.to_vec()),
        baseline in 0_usize..40,
        minimum in 0_usize..10,
        looks_back in any::<bool>(),
        phase in 0_usize..10,
        lambda in floats(),
        given in prop::option::of((floats(), prop::option::of(floats()))),
    ) {
        let points: Vec<Point> = values.into_iter().map(|(value, size, is_excluded, seconds)| Point {
            when: day(0) + TimeDelta::seconds(seconds),
            value,
            size,
            is_excluded,
        }).collect();
        let settings = Settings {
            baseline,
            minimum,
            looks_back,
            ewma: Ewma { lambda: if lambda > 5.0 { 0.2 } else { lambda }, ..Ewma::default() },
            given: given.map(|(centre, sigma)| Given { centre, sigma }),
            ..settings(kind, seasonality)
        };
        let Ok(found) = control(&points, phase, &settings) else {
            return Ok(());
        };
        let Some(chart) = &found.chart else {
            prop_assert!(matches!(found.verdict, Verdict::TooLittle(_)));
            return Ok(());
        };
        prop_assert!(chart.centre.is_finite() && chart.sigma.is_finite());
        prop_assert!(lines(&found).iter().all(|it| !it.is_nan()));
        for signal in signals(&found) {
            prop_assert_eq!(signal.points.last(), Some(&signal.at));
            let point = &chart.points[signal.at - phase];
            prop_assert!(point.judged.as_ref().is_some_and(|it| it.rules.contains(&signal.rule)));
        }
    }
}

/// Normal values, the same each time.
fn normal() -> impl FnMut() -> f64 {
    let mut chance = fastrand::Rng::with_seed(7);
    move || {
        let (one, other) = (1.0 - chance.f64(), chance.f64());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }
}

/// The mean number of points until a rule fires, for normal values that are shifted by so many standard deviations.
fn run_length(settings: &Settings, shift: f64, (runs, length): (usize, usize)) -> f64 {
    let mut normal = normal();
    let (mut points, mut fired) = (0.0, 0.0);
    for _ in 0..runs {
        let series: Vec<Point> = days((0..length).map(|_| normal() + shift));
        let found = control(&series, 0, settings).unwrap();
        let first = signals(&found).first().map(|it| it.at + 1);
        points += first.unwrap_or(length) as f64;
        fired += f64::from(first.is_some());
    }
    points / fired
}

/// The rules of Western Electric together give a false alarm every 91.75 points (Champ and Woodall, Technometrics 29, 1987).
#[test]
fn false_alarms_are_as_rare_as_published() {
    let settings = Settings {
        given: Some(Given {
            centre: 0.0,
            sigma: Some(1.0),
        }),
        ..Settings::of(ChartKind::Individuals)
    };
    let found = run_length(&settings, 0.0, (2000, 300));
    assert!((found / 91.75 - 1.0).abs() < 0.08, "{found}");
}

/// A shift of one standard deviation is found after 11.154 points with a lambda of 0.25 and limits at 3 (the example of
/// `EWMAARL` in SAS/QC's manual).
#[test]
fn drift_is_found_as_fast_as_published() {
    let settings = Settings {
        given: Some(Given {
            centre: 0.0,
            sigma: Some(1.0),
        }),
        ewma: Ewma {
            lambda: 0.25,
            width: 3.0,
            is_steady: true,
        },
        ..Settings::of(ChartKind::Ewma)
    };
    let found = run_length(&settings, 1.0, (3000, 80));
    assert!((found / 11.154 - 1.0).abs() < 0.04, "{found}");
}

/// What a baseline of 28 normal values says: how often a later value is beyond the limits, and how often seasons and cautions
/// come by chance.
fn by_chance(seasonality: Seasonality) -> (f64, f64, f64) {
    const RUNS: usize = 1500;
    let mut normal = normal();
    let (mut fired, mut seasons, mut cautions) = (0, 0, 0);
    for _ in 0..RUNS {
        let series = days((0..56).map(|_| normal()));
        let settings = Settings {
            rules: vec![Rule::WesternElectric1],
            seasonality,
            ..Settings::of(ChartKind::Individuals)
        };
        let found = control(&series, 0, &settings).unwrap();
        fired += signals(&found).iter().filter(|it| it.at >= 28).count();
        let chart = found.chart.unwrap();
        seasons += chart.seasons.len();
        cautions += chart.cautions.len();
    }
    let share = |count: usize, of: usize| count as f64 / of as f64;
    (
        share(fired, RUNS * 28),
        share(seasons, RUNS),
        share(cautions, RUNS),
    )
}

/// The figures of docs/control_charts.md.
#[test]
fn what_is_learned_misleads_as_rarely_as_said() {
    let (plain, _, cautions) = by_chance(Seasonality::None);
    assert!((0.006..0.010).contains(&plain), "{plain}");
    assert!(cautions < 0.012, "{cautions}");
    let (declared, _, cautions) = by_chance(Seasonality::Weekday);
    assert!((0.006..0.010).contains(&declared), "{declared}");
    assert!(cautions < 0.012, "{cautions}");
    let (_, seasons, _) = by_chance(Seasonality::Found);
    assert!(seasons < 0.003, "{seasons}");
}
/// Weekends that are five standard deviations lower are found in four weeks.
#[test]
fn weekends_are_found() {
    let mut normal = normal();
    let settings = Settings {
        seasonality: Seasonality::Found,
        ..Settings::of(ChartKind::Individuals)
    };
    let found = (0..300).filter(|_| {
        let series = days((0..29).map(|at| normal() - if at % 7 >= 5 { 5.0 } else { 0.0 }));
        let chart = control(&series, 0, &settings).unwrap().chart.unwrap();
        !chart.seasons.is_empty()
    });
    assert!(found.count() > 270);
}
