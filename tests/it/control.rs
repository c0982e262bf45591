//! Control charts of series: `tests/control/*.txt`, each a list of cases whose lines say what is asked.

use std::fmt::Write;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use dsql::quality::control::{
    Chart, ChartKind, ChartPoint, Control, Ewma, Given, JudgedPoint, Point, Rule, Settings,
    Verdict, control,
};
use libtest_mimic::Trial;

use crate::support::data_files::{self, Failure};
use crate::support::sections::{Sections, sections};

/// Lists the files.
pub fn trials() -> Vec<Trial> {
    data_files::trials("tests/control", "txt", run)
}

fn run(text: &str) -> Result<(), Failure> {
    let answered = answered(text);
    let mut lines = (1..).zip(text.lines().zip(answered.lines()));
    let first = lines.find(|(_, (expected, found))| expected != found);
    match answered == text {
        true => Ok(()),
        false => Err(Failure {
            message: match first {
                Some((line, (expected, found))) => format!("line {line}: {expected}\nis {found}"),
                None => "lines are missing or too many".to_owned(),
            },
            corrected: Some(answered),
        }),
    }
}

/// Writes a file of cases with the answers that are true.
fn answered(text: &str) -> String {
    let first = text.find("=== ").unwrap_or(0);
    let mut all = text[..first].to_owned();
    for case in sections(text) {
        let _ = writeln!(all, "=== {}\n{}", case.name, case.text.trim_end());
        all.push_str(&answer(&case));
        all.push('\n');
    }
    format!("{}\n", all.trim_end())
}

/// What a case asks for.
struct Story {
    settings: Settings,
    points: Vec<Point>,
    phase: usize,
    since: usize,
    digits: usize,
    shows_points: bool,
}

fn answer(case: &Sections) -> String {
    let story = match story(&case.text) {
        Ok(story) => story,
        Err(error) => return format!("--- error\n{error}\n"),
    };
    match control(&story.points, story.phase, &story.settings) {
        Ok(found) => shown(&story, &found),
        Err(error) => format!("--- error\n{error}\n"),
    }
}

fn story(text: &str) -> Result<Story, dsql::quality::control::ControlError> {
    let lines = || text.lines().filter_map(|line| line.split_once(' '));
    let last = |word: &str| lines().rfind(|it| it.0 == word).map(|it| it.1);
    let number = |word: &str| last(word).map(|it| it.parse::<usize>().unwrap());
    let mut settings = Settings::of(last("chart").unwrap().parse::<ChartKind>()?);
    settings.baseline = number("baseline").unwrap_or(settings.baseline);
    settings.minimum = number("minimum").unwrap_or(settings.minimum);
    settings.looks_back = text.lines().any(|line| line == "look back");
    if let Some(names) = last("rules") {
        settings.rules = Rule::named(names.split(' '))?;
    }
    if let Some(name) = last("seasonality") {
        settings.seasonality = name.parse()?;
    }
    if let Some(words) = last("ewma") {
        let mut words = words.split(' ');
        settings.ewma = Ewma {
            lambda: words.next().unwrap().parse().unwrap(),
            width: words.next().unwrap().parse().unwrap(),
            is_steady: words.next() == Some("steady"),
        };
    }
    settings.given = last("given").map(|words| {
        let mut words = words.split(' ').map(|it| it.parse().unwrap());
        Given {
            centre: words.next().unwrap(),
            sigma: words.next(),
        }
    });
    let start = last("start").unwrap_or("2026-01-05 day");
    let words = lines()
        .filter(|it| it.0 == "values")
        .flat_map(|it| it.1.split_whitespace());
    let size = last("size").map(|it| it.parse().unwrap());
    let points = (0..)
        .zip(words)
        .map(|(place, word)| point(place, word, start, size));
    Ok(Story {
        settings,
        points: points.collect(),
        phase: number("phase").map_or(0, |it| it - 1),
        since: number("since").map_or(0, |it| it - 1),
        digits: number("digits").unwrap_or(4),
        shows_points: text.lines().any(|line| line == "show points"),
    })
}

/// Reads `12`, `12/50` or `12/50*`, which is excluded.
fn point(place: u32, word: &str, start: &str, size: Option<f64>) -> Point {
    let (value, own) = match word.trim_end_matches('*').split_once('/') {
        Some((value, size)) => (value, Some(size.parse().unwrap())),
        None => (word.trim_end_matches('*'), None),
    };
    Point {
        when: moment(place, start),
        value: value.parse().unwrap(),
        size: own.or(size),
        is_excluded: word.ends_with('*'),
    }
}

fn moment(place: u32, start: &str) -> NaiveDateTime {
    let (date, step) = start.split_once(' ').unwrap();
    let date: NaiveDate = date.parse().unwrap();
    let begin = date.and_hms_opt(6, 0, 0).unwrap();
    match step {
        "hour" => begin + TimeDelta::hours(i64::from(place)),
        "day" => begin + Days::new(u64::from(place)),
        "week" => begin + Days::new(7 * u64::from(place)),
        "month" => begin + Months::new(place),
        other => panic!("no step {other}"),
    }
}

fn shown(story: &Story, found: &Control) -> String {
    let mut text = String::new();
    if let Some(chart) = &found.chart {
        text.push_str(&chart_lines(story, chart));
    }
    let _ = writeln!(text, "--- verdict");
    let places = |all: &[usize]| -> String {
        let all: Vec<String> = all.iter().map(|it| (it + 1).to_string()).collect();
        all.join(" ")
    };
    match found.verdict_since(story.since) {
        Verdict::Common => text.push_str("common\n"),
        Verdict::Special(signals) => {
            text.push_str("special\n");
            for it in signals {
                let (rule, at) = (it.rule.as_str(), it.at + 1);
                let _ = writeln!(text, "{rule} at {at}: {}", places(&it.points));
            }
        }
        Verdict::TooLittle(lack) => {
            let _ = writeln!(text, "too little: {lack}");
        }
    }
    text
}

fn chart_lines(story: &Story, chart: &Chart) -> String {
    let show = |value: f64| format!("{value:.*}", story.digits);
    let mut text = String::from("--- chart\n");
    let _ = writeln!(text, "centre {}", show(chart.centre));
    let judged = || chart.points.iter().filter_map(|it| it.judged.as_ref());
    let limits = |it: &JudgedPoint| format!("{} {}", show(it.lower), show(it.upper));
    let first = judged().next().map(limits);
    let is_level = judged().all(|it| Some(limits(it)) == first);
    if let Some(first) = first.filter(|_| is_level) {
        let _ = writeln!(text, "limits {first}");
    }
    if let Some((centre, upper)) = chart.ranges {
        let _ = writeln!(text, "ranges {} {}", show(centre), show(upper));
    }
    for season in &chart.seasons {
        let parts = season
            .effects
            .iter()
            .map(|(part, effect)| format!("{} {}", season.cycle.name(*part), show(*effect)));
        let parts: Vec<String> = parts.collect();
        let _ = write!(text, "season {}", parts.join(", "));
        if let Some(chance) = season.chance {
            let _ = write!(text, "; by chance {chance:.1e}");
        }
        text.push('\n');
    }
    for caution in &chart.cautions {
        let _ = writeln!(text, "caution {caution}");
    }
    if story.shows_points || !is_level {
        text.push_str("--- points\n");
        for it in &chart.points {
            text.push_str(&point_line(it, &show));
        }
    } else {
        for it in chart.points.iter().filter(|it| it.problem.is_some()) {
            text.push_str(&point_line(it, &show));
        }
    }
    text
}

fn point_line(it: &ChartPoint, show: &dyn Fn(f64) -> String) -> String {
    let mut line = format!("{}", it.index + 1);
    if let Some(problem) = it.problem {
        let _ = write!(line, " {problem}");
    } else if let Some(judged) = &it.judged {
        let JudgedPoint {
            plotted,
            lower,
            upper,
            ..
        } = judged;
        let _ = write!(
            line,
            " {} in {} {}",
            show(*plotted),
            show(*lower),
            show(*upper)
        );
        for rule in &judged.rules {
            let _ = write!(line, " {rule}");
        }
    } else {
        line.push_str(" excluded");
    }
    line + "\n"
}
