//! What `impact` prints: a summary for people first, then everything; Markdown for a pull request; JSON.

use std::fmt::Write;

use crate::impact::{Ask, Change, Changes, Fact, Reach, Reached, ReachedRelation, Verdict, Way};
use crate::nodes::ResourceType;
use crate::pipeline::{Asked, Impact};

/// Writes what a change reaches in the form that was asked for.
pub(super) fn text(found: &Impact, form: Option<&str>) -> String {
    match form {
        Some("json") => serde_json::to_string_pretty(found).unwrap_or_default(),
        Some("markdown") => markdown(found),
        _ => plain(found),
    }
}

fn plain(found: &Impact) -> String {
    if let Some(changes) = &found.changes {
        return changed(found.asked.as_ref(), changes);
    }
    let (Some(asked), Some(reach)) = (&found.asked, &found.reach) else {
        return String::new();
    };
    let name = name_of(asked);
    let mut text = String::new();
    if reach.is_empty() {
        let _ = writeln!(
            text,
            "A change of {name} reaches nothing else in this project."
        );
        asks(&reach.owners, "", &mut text);
        return text.trim_end().to_owned();
    }
    let _ = writeln!(text, "A change of {name} reaches {}.", counted(reach));
    asks(&reach.owners, "", &mut text);
    text.push('\n');
    details(reach, "", &mut text);
    text.trim_end().to_owned()
}

fn name_of(asked: &Asked) -> String {
    match (&asked.column, &asked.data_type) {
        (Some(column), Some(sql_type)) => format!("{}.{column} ({sql_type})", asked.name),
        (Some(column), None) => format!("{}.{column}", asked.name),
        (None, _) => asked.name.clone(),
    }
}

/// Counts what is reached: `2 models (3 columns, the rows of 1), 4 data tests and 1 exposure`.
pub(super) fn counted(reach: &Reach) -> String {
    let columns: usize = reach.relations.iter().map(|it| it.columns.len()).sum();
    let is_certain = |it: &&ReachedRelation| it.perhaps.is_none() || is_known_to_be(it);
    let certain: Vec<&ReachedRelation> = reach.relations.iter().filter(is_certain).collect();
    let mut parts = Vec::new();
    for kind in ResourceType::ALL {
        let of_kind: Vec<_> = certain
            .iter()
            .filter(|it| it.resource_type == kind)
            .collect();
        if !of_kind.is_empty() {
            parts.push(number(of_kind.len(), spoken(kind)));
        }
    }
    if let Some(last) = parts.last_mut() {
        let rows = certain.iter().filter(|it| !it.rows.is_empty()).count();
        let rows = (rows > 0).then(|| match certain.len() {
            1 => "its rows".to_owned(),
            all if all == rows => "the rows of all".to_owned(),
            _ => format!("the rows of {rows}"),
        });
        let columns = (columns > 0).then(|| number(columns, "column"));
        let what: Vec<String> = columns.into_iter().chain(rows).collect();
        let _ = write!(last, " ({})", what.join(", "));
    }
    let perhaps = reach.relations.len() - certain.len();
    if perhaps > 0 {
        parts.push(format!("perhaps {}", number(perhaps, "more model")));
    }
    for (list, word) in [
        (&reach.data_tests, "data test"),
        (&reach.unit_tests, "unit test"),
        (&reach.exposures, "exposure"),
    ] {
        if !list.is_empty() {
            parts.push(number(list.len(), word));
        }
    }
    for kind in ResourceType::ALL {
        let count = reach.semantic.iter().filter(|it| it.resource_type == kind);
        let count = count.count();
        if count > 0 {
            parts.push(number(count, spoken(kind)));
        }
    }
    match parts.split_last() {
        None => "nothing else".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Tells whether something of it is reached for sure.
fn is_known_to_be(it: &ReachedRelation) -> bool {
    !it.columns.is_empty() || !it.rows.is_empty()
}

pub(super) fn number(count: usize, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => format!("{count} {word}s"),
    }
}

fn spoken(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::SemanticModel => "semantic model",
        ResourceType::SavedQuery => "saved query",
        ResourceType::UnitTest => "unit test",
        ResourceType::Test => "data test",
        other => other.as_str(),
    }
}

/// Lists whom to ask.
pub(super) fn asks(owners: &[Ask], indent: &str, text: &mut String) {
    let names = owners.iter().map(|it| person(it).chars().count());
    let width = names.max().unwrap_or_default();
    for (at, ask) in owners.iter().enumerate() {
        let head = if at == 0 { "Ask" } else { "   " };
        let about: Vec<&str> = ask.about.iter().map(|it| it.text.as_str()).collect();
        let about = about.join(", ");
        let _ = writeln!(text, "{indent}{head}  {:width$}  {about}", person(ask));
    }
}

pub(super) fn person(ask: &Ask) -> String {
    match &ask.email {
        Some(email) => format!("{} <{email}>", ask.name),
        None => ask.name.clone(),
    }
}

/// Lists all that is reached, by kind.
pub(super) fn details(reach: &Reach, indent: &str, text: &mut String) {
    for relation in &reach.relations {
        let _ = writeln!(text, "{indent}{}  {}", relation.name, relation.file);
        let names = relation.columns.iter().map(|it| it.column.chars().count());
        let mut width = names.max().unwrap_or_default();
        if !relation.rows.is_empty() {
            width = width.max(ROWS.chars().count());
        }
        for column in &relation.columns {
            let ways = ways(&column.ways);
            let _ = writeln!(text, "{indent}  {:width$}  {ways}", column.column);
        }
        if !relation.rows.is_empty() {
            let _ = writeln!(text, "{indent}  {ROWS:width$}  {}", ways(&relation.rows));
        }
        if let Some(reason) = &relation.perhaps {
            let more = if is_known_to_be(relation) {
                " more"
            } else {
                ""
            };
            let _ = writeln!(text, "{indent}  perhaps{more}: {reason}");
        }
    }
    for (title, list) in lists(reach) {
        if list.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{indent}{title}");
        for it in list {
            let _ = writeln!(
                text,
                "{indent}  {}{}  of {}",
                kind(it),
                it.name,
                it.of.join(", ")
            );
        }
    }
}

/// What stands in place of a column where it is about which rows there are.
const ROWS: &str = "(rows)";

fn lists(reach: &Reach) -> [(&'static str, &[Reached]); 4] {
    [
        ("Data tests", &reach.data_tests),
        ("Unit tests", &reach.unit_tests),
        ("Exposures", &reach.exposures),
        ("Semantic layer", &reach.semantic),
    ]
}

fn kind(it: &Reached) -> String {
    match it.resource_type {
        ResourceType::SemanticModel | ResourceType::Metric | ResourceType::SavedQuery => {
            format!("{} ", spoken(it.resource_type))
        }
        _ => String::new(),
    }
}

fn ways(ways: &[Way]) -> String {
    let ways: Vec<String> = ways.iter().map(way).collect();
    ways.join(", ")
}

fn way(way: &Way) -> String {
    let how = match way.how {
        "filter" => "filtered by",
        "join" => "joined by",
        "group" => "grouped by",
        "distinct" => "distinct by",
        "sort" => "sorted by",
        how => return format!("{how} of {}", way.of),
    };
    format!("{how} {}", way.of)
}

fn markdown(found: &Impact) -> String {
    if let Some(changes) = &found.changes {
        return changed_markdown(found.asked.as_ref(), changes);
    }
    let (Some(asked), Some(reach)) = (&found.asked, &found.reach) else {
        return String::new();
    };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "### What a change of `{}` reaches\n",
        code(&name_of(asked))
    );
    let _ = writeln!(text, "It reaches {}.\n", counted(reach));
    asks_markdown(&reach.owners, &mut text);
    details_markdown(reach, &mut text);
    text.trim_end().to_owned()
}

/// Lists whom to ask.
pub(super) fn asks_markdown(owners: &[Ask], text: &mut String) {
    if owners.is_empty() {
        return;
    }
    let _ = writeln!(text, "**Ask**\n");
    for ask in owners {
        let about: Vec<String> = ask.about.iter().map(|it| escaped(&it.text)).collect();
        let _ = writeln!(text, "- {}: {}", escaped(&person(ask)), about.join(", "));
    }
    text.push('\n');
}

/// Lists all that is reached, in tables.
pub(super) fn details_markdown(reach: &Reach, text: &mut String) {
    if !reach.relations.is_empty() {
        let _ = writeln!(text, "| model | column | how |\n| --- | --- | --- |");
    }
    for relation in &reach.relations {
        let name = code(&relation.name);
        for column in &relation.columns {
            let ways = escaped(&ways(&column.ways));
            let _ = writeln!(text, "| `{name}` | `{}` | {ways} |", code(&column.column));
        }
        if !relation.rows.is_empty() {
            let ways = escaped(&ways(&relation.rows));
            let _ = writeln!(text, "| `{name}` | *rows* | {ways} |");
        }
        if let Some(reason) = &relation.perhaps {
            let _ = writeln!(text, "| `{name}` | *perhaps* | {} |", escaped(reason));
        }
    }
    if !reach.relations.is_empty() {
        text.push('\n');
    }
    for (title, list) in lists(reach) {
        if list.is_empty() {
            continue;
        }
        let _ = writeln!(text, "**{title}**\n");
        for it in list {
            let of: Vec<String> = it.of.iter().map(|it| format!("`{}`", code(it))).collect();
            let _ = writeln!(
                text,
                "- {}`{}` of {}",
                kind(it),
                code(&it.name),
                of.join(", ")
            );
        }
        text.push('\n');
    }
}

/// Makes a text fit for a code span within a table.
pub(super) fn code(text: &str) -> String {
    text.replace('`', "'")
        .replace('|', "\\|")
        .replace('\n', " ")
}

/// Makes a text mean itself in Markdown.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '\n' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Counts changes by verdict, the worst first: `1 breaking, 2 additive`.
fn verdicts(changes: &[Change]) -> String {
    let all = [
        Verdict::Breaking,
        Verdict::Unknown,
        Verdict::Additive,
        Verdict::Cosmetic,
    ];
    let counts = all.into_iter().filter_map(|verdict| {
        let count = changes.iter().filter(|it| it.verdict == verdict).count();
        (count > 0).then(|| format!("{count} {}", verdict.as_str()))
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// Puts those to ask of several changes together.
fn all_asks(changes: &[Change]) -> Vec<Ask> {
    let mut all: Vec<Ask> = Vec::new();
    for ask in changes.iter().flat_map(|it| &it.reach.owners) {
        match all
            .iter_mut()
            .find(|it| it.name == ask.name && it.email == ask.email)
        {
            None => all.push(ask.clone()),
            Some(known) => {
                for about in &ask.about {
                    if !known.about.contains(about) {
                        known.about.push(about.clone());
                    }
                }
            }
        }
    }
    all.sort_by(|one, two| one.name.cmp(&two.name));
    all
}

fn changed(asked: Option<&Asked>, found: &Changes) -> String {
    let mut text = String::new();
    let of = asked.map(name_of);
    if found.changes.is_empty() && found.taken_on.is_empty() {
        return match of {
            Some(name) => format!("Nothing of {name} has changed."),
            None => "Nothing has changed.".to_owned(),
        };
    }
    if !found.changes.is_empty() {
        let count = found.changes.len();
        let head = match &of {
            Some(name) => format!("{name} has changed"),
            None => {
                let verb = if count == 1 { "has" } else { "have" };
                format!(
                    "{count} of {} {verb} changed",
                    number(found.nodes, "relation")
                )
            }
        };
        let _ = writeln!(text, "{head}: {}.", verdicts(&found.changes));
    }
    asks(&all_asks(&found.changes), "", &mut text);
    for change in &found.changes {
        let verdict = change.verdict.as_str();
        let _ = writeln!(text, "\n{verdict}  {}  {}", change.name, change.file);
        facts(&change.facts, &mut text);
        if !change.reach.is_empty() {
            let _ = writeln!(text, "  It reaches {}:", counted(&change.reach));
            details(&change.reach, "    ", &mut text);
        } else if change.verdict >= Verdict::Unknown {
            let _ = writeln!(text, "  It reaches nothing else in this project.");
        }
    }
    if !found.taken_on.is_empty() {
        let _ = writeln!(
            text,
            "\nOthers whose SQL is as it was take on what they read:"
        );
        for change in &found.taken_on {
            for fact in &change.facts {
                let verdict = fact.verdict.as_str();
                let _ = writeln!(text, "  {verdict}  {}: {}", change.name, fact.what);
            }
        }
    }
    if !found.breaks.is_empty() {
        let _ = writeln!(text, "\nThese do not run any more:");
        for it in &found.breaks {
            let _ = writeln!(text, "  {}: {}", it.name, it.what);
        }
    }
    text.trim().to_owned()
}

fn facts(facts: &[Fact], text: &mut String) {
    let several = facts.iter().any(|it| it.verdict != facts[0].verdict);
    for fact in facts {
        let verdict = match several {
            true => format!(" ({})", fact.verdict.as_str()),
            false => String::new(),
        };
        let _ = writeln!(text, "  - {}{verdict}", fact.what);
        for (word, side) in [("was", &fact.was), ("is ", &fact.is)] {
            for (at, line) in side.iter().flat_map(|it| it.lines()).enumerate() {
                let word = if at == 0 { word } else { "   " };
                let _ = writeln!(text, "      {word} {line}");
            }
        }
    }
}

/// How many lines of a diff a comment shows.
const MOST_LINES: usize = 80;
/// How long a comment gets before details are left out: services take 65,536 characters.
const MOST_BYTES: usize = 40_000;

fn changed_markdown(asked: Option<&Asked>, found: &Changes) -> String {
    let mut text = String::new();
    let of = asked
        .map(|it| format!(" of `{}`", code(&name_of(it))))
        .unwrap_or_default();
    if found.changes.is_empty() && found.taken_on.is_empty() {
        return format!("### Changes{of}\n\nNothing has changed.");
    }
    let _ = writeln!(text, "### Changes{of}: {}\n", verdicts(&found.changes));
    let _ = writeln!(
        text,
        "| | model | what | reaches |\n| --- | --- | --- | --- |"
    );
    for change in &found.changes {
        let what: Vec<String> = change.facts.iter().map(|it| spans(&it.what)).collect();
        let reaches = match change.reach.is_empty() {
            true => String::new(),
            false => counted(&change.reach),
        };
        let verdict = bold(change.verdict);
        let name = code(&change.name);
        let _ = writeln!(
            text,
            "| {verdict} | `{name}` | {} | {reaches} |",
            what.join("<br>")
        );
    }
    text.push('\n');
    asks_markdown(&all_asks(&found.changes), &mut text);
    if !found.breaks.is_empty() {
        let _ = writeln!(text, "**Does not run any more**\n");
        for it in &found.breaks {
            let _ = writeln!(text, "- `{}`: {}", code(&it.name), spans(&it.what));
        }
        text.push('\n');
    }
    if !found.taken_on.is_empty() {
        let _ = writeln!(
            text,
            "**Takes on what it reads, its SQL being as it was**\n"
        );
        for change in &found.taken_on {
            for fact in &change.facts {
                let (verdict, name) = (bold(fact.verdict), code(&change.name));
                let _ = writeln!(text, "- {verdict} `{name}`: {}", spans(&fact.what));
            }
        }
        text.push('\n');
    }
    for (at, change) in found.changes.iter().enumerate() {
        if text.len() > MOST_BYTES {
            let left = number(found.changes.len() - at, "more change");
            let _ = writeln!(text, "… and {left}, too many for one comment.");
            break;
        }
        change_markdown(change, &mut text);
    }
    text.trim_end().to_owned()
}

fn change_markdown(change: &Change, text: &mut String) {
    let opened = if change.verdict >= Verdict::Unknown {
        " open"
    } else {
        ""
    };
    let verdict = change.verdict.as_str();
    let _ = writeln!(
        text,
        "<details{opened}><summary>{verdict}: <code>{}</code> {}</summary>\n",
        escaped(&change.name),
        escaped(&change.file)
    );
    for fact in &change.facts {
        let _ = writeln!(text, "- {}: {}", bold(fact.verdict), spans(&fact.what));
        if fact.was.is_some() || fact.is.is_some() {
            let sides = [("-", &fact.was), ("+", &fact.is)];
            let lines = sides.into_iter().flat_map(|(sign, side)| {
                let lines = side.iter().flat_map(|it| it.lines());
                lines.map(move |it| format!("{sign} {it}"))
            });
            fenced("diff", &lines.collect::<Vec<_>>().join("\n"), "  ", text);
        }
    }
    text.push('\n');
    if !change.reach.is_empty() {
        let _ = writeln!(text, "It reaches {}.\n", counted(&change.reach));
        details_markdown(&change.reach, text);
    }
    if let Some(diff) = &change.diff {
        let _ = writeln!(text, "The SQL as compiled:\n");
        let lines: Vec<&str> = diff.lines().collect();
        let shown = lines.get(..MOST_LINES).unwrap_or(&lines);
        fenced("diff", &shown.join("\n"), "", text);
        let more = lines.len() - shown.len();
        if more > 0 {
            let _ = writeln!(text, "\n… and {}.", number(more, "more line"));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "</details>\n");
}

/// Puts a text between fences that it cannot end.
fn fenced(language: &str, inner: &str, indent: &str, text: &mut String) {
    let mut fence = "```".to_owned();
    while inner.contains(&fence) {
        fence.push('`');
    }
    let _ = writeln!(text, "{indent}{fence}{language}");
    for line in inner.lines() {
        let _ = writeln!(text, "{indent}{line}");
    }
    let _ = writeln!(text, "{indent}{fence}");
}

fn bold(verdict: Verdict) -> String {
    match verdict {
        Verdict::Breaking | Verdict::Unknown => format!("**{}**", verdict.as_str()),
        verdict => verdict.as_str().to_owned(),
    }
}

/// Makes a clause fit for Markdown; what stands in backticks stays there.
fn spans(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        0 => escaped(part),
        _ => format!("`{}`", code(part)),
    });
    parts.collect()
}
