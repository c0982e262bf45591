//! Runs `tests/seeds/*.csv`: types are inferred and rows loaded, and both compared with dbt's.

use std::collections::HashMap;
use std::path::Path;

use dsql::adapters::agate::{Seed, SeedConfig, read_seed};
use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, AdapterError, Cell, TableColumn};
use dsql::text::FileId;
use dsql::yaml::{Node, Value};
use libtest_mimic::{Failed, Trial};
use serde_json::Value as Json;

use crate::support::data_files;

/// With `fast: false` DuckDB's Python package loses the exponents and signs of these numbers.
const DIFFERENT: &[&str] = &["floats_exponents", "floats_infinite", "integers_huge"];

/// Returns one test case for each seed.
pub fn trials() -> Vec<Trial> {
    let configs = std::sync::Arc::new(configs());
    let seeds = data_files::list("tests/seeds", "csv").into_iter();
    let make = |path: std::path::PathBuf| {
        let configs = configs.clone();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Trial::test(format!("seeds/{name}"), move || {
            let config = configs.get(&name).cloned().unwrap_or_default();
            check(&path, &config)
        })
    };
    seeds.map(make).collect()
}

/// What `seeds.yml` says of a seed.
#[derive(Debug, Clone, Default)]
struct Config {
    delimiter: Option<String>,
    column_types: Vec<(String, String)>,
    quote_columns: Option<bool>,
    alias: Option<String>,
    schema: Option<String>,
}

fn configs() -> HashMap<String, Config> {
    let path = data_files::root().join("tests/seeds/seeds.yml");
    let Ok(text) = std::fs::read_to_string(path) else {
        return HashMap::new();
    };
    let (node, _) = dsql::yaml::parse(FileId(0), &text);
    let seeds = json(&node.unwrap());
    let text = |value: &Json| value.as_str().map(str::to_owned);
    let seed = |seed: &Json| {
        let config = &seed["config"];
        let types = config["column_types"].as_object().into_iter().flatten();
        let parsed = Config {
            delimiter: text(&config["delimiter"]),
            column_types: types
                .map(|(name, it)| (name.clone(), text(it).unwrap()))
                .collect(),
            quote_columns: config["quote_columns"].as_bool(),
            alias: text(&config["alias"]),
            schema: text(&config["schema"]),
        };
        (text(&seed["name"]).unwrap(), parsed)
    };
    seeds["seeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(seed)
        .collect()
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Bool(truth) => (*truth).into(),
        Value::String(text) => text.clone().into(),
        Value::Seq(items) => items.iter().map(json).collect(),
        Value::Map(items) => {
            let items = items.iter();
            Json::Object(
                items
                    .map(|it| (it.key.as_str().unwrap().to_owned(), json(&it.value)))
                    .collect(),
            )
        }
        other => panic!("{other:?}"),
    }
}

/// What dbt makes of a seed, by the headings of the file.
fn expected(path: &Path) -> HashMap<String, Vec<String>> {
    let text = std::fs::read_to_string(path.with_extension("expected")).unwrap();
    let mut sections: HashMap<String, Vec<String>> = HashMap::new();
    let mut section = String::new();
    for line in text.lines() {
        match line.strip_prefix("--- ") {
            Some(heading) => section = heading.to_owned(),
            // One type of dsql's stands for two of dbt's.
            None => sections
                .entry(section.clone())
                .or_default()
                .push(line.replace("ISODateTime", "DateTime")),
        }
        sections.entry(section.clone()).or_default();
    }
    sections
}

fn check(path: &Path, config: &Config) -> Result<(), Failed> {
    let expected = expected(path);
    let bytes = std::fs::read(path)?;
    let delimiter = config.delimiter.as_deref().unwrap_or(",");
    let typed: Vec<_> = config
        .column_types
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let seed = read_seed(
        FileId(0),
        &bytes,
        SeedConfig {
            delimiter: delimiter.chars().next().unwrap(),
            typed_columns: &typed,
        },
    );
    let mut wrong = Vec::new();
    let mut compare = |section: &str, found: Vec<String>| {
        let Some(expected) = expected.get(section) else {
            return;
        };
        let failed = |lines: &[String]| lines.first().is_some_and(|it| it.starts_with("error"));
        if *expected != found && !(failed(expected) && failed(&found)) {
            let (expected, found) = (expected.join("\n"), found.join("\n"));
            wrong.push(format!("{section}\n--- dbt\n{expected}\n--- dsql\n{found}"));
        }
    };
    let seed = match seed {
        Ok(seed) => seed,
        Err(findings) => {
            let messages: Vec<_> = findings.iter().map(|it| it.message.as_str()).collect();
            let error = vec![format!("error: {}", messages.join("; "))];
            compare("seeded", error.clone());
            compare("seeded with fast: false", error);
            return answer(wrong);
        }
    };
    compare("inferred", inferred(&seed));
    for (section, fast) in [("seeded", true), ("seeded with fast: false", false)] {
        if !fast && DIFFERENT.iter().any(|it| path.file_stem().unwrap() == *it) {
            continue;
        }
        let loaded = load(path, config, delimiter, &seed, fast);
        compare(
            section,
            loaded.unwrap_or_else(|error| vec![format!("error: {error}")]),
        );
    }
    answer(wrong)
}

fn answer(wrong: Vec<String>) -> Result<(), Failed> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n\n").into())
    }
}

fn inferred(seed: &Seed) -> Vec<String> {
    let columns = seed.columns().iter();
    columns
        .map(|it| format!("  {} {:?}", Json::from(it.name.as_str()), it.cells))
        .collect()
}

/// Loads a seed with the statements of dbt's macros.
fn load(
    path: &Path,
    config: &Config,
    delimiter: &str,
    seed: &Seed,
    fast: bool,
) -> Result<Vec<String>, AdapterError> {
    let adapter = DuckDb::new(Credentials::of_path(":memory:"));
    let mut connection = adapter.connect("seed")?;
    let schema = config
        .schema
        .as_ref()
        .map_or("main".to_owned(), |it| format!("main_{it}"));
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let alias = config.alias.clone().unwrap_or(name);
    let relation = format!("\"{schema}\".\"{alias}\"");
    let quoted = |name: &str| match config.quote_columns {
        Some(false) => name.to_owned(),
        _ => format!("\"{name}\""),
    };
    let type_of = |(at, column): (usize, &TableColumn)| {
        let configured = config
            .column_types
            .iter()
            .find(|(name, _)| *name == column.name);
        let sql_type = match configured {
            Some((_, sql_type)) => sql_type.as_str(),
            None => adapter.convert_type(column.cells, seed.has_decimals(at)),
        };
        format!("{} {sql_type}", quoted(&column.name))
    };
    let columns: Vec<_> = seed.columns().iter().enumerate().map(type_of).collect();
    let mut run = |sql: &str| connection.execute(sql, true, None);
    run("set timezone = 'UTC'")?;
    run(&format!("create schema if not exists {schema}"))?;
    run(&format!("create table {relation} ({})", columns.join(", ")))?;
    if seed.row_count() == 0 {
    } else if fast {
        let path = path.display();
        run(&format!(
            "COPY {relation} FROM '{path}' (FORMAT CSV, HEADER TRUE, DELIMITER '{delimiter}')"
        ))?;
    } else {
        let names: Vec<_> = seed.columns().iter().map(|it| quoted(&it.name)).collect();
        let row = format!("({})", vec!["?"; names.len()].join(","));
        for rows in seed.table().rows.chunks(10_000) {
            let values = vec![row.as_str(); rows.len()].join(",");
            let sql = format!(
                "insert into {relation} ({}) values {values}",
                names.join(", ")
            );
            connection.execute_with(&sql, &rows.concat().iter().map(bound).collect::<Vec<_>>())?;
        }
    }
    let mut run = |sql: &str| connection.execute(sql, true, None);
    let (_, typed) = run(&format!("from {relation} limit 0"))?;
    let (_, table) = run(&format!("select columns(*)::varchar from {relation}"))?;
    let mut lines = vec![format!("{schema}.{alias}: {} rows", table.rows.len())];
    for column in &typed.columns {
        let sql_type = column.sql_type.as_deref().unwrap();
        lines.push(format!("  {} {sql_type}", Json::from(column.name.as_str())));
    }
    lines.extend(table.rows.iter().map(|row| {
        let cells: Vec<_> = row
            .iter()
            .map(|cell| match cell {
                Cell::Null => "null".to_owned(),
                cell => Json::from(cell.to_string()).to_string(),
            })
            .collect();
        format!("[{}]", cells.join(", "))
    }));
    Ok(lines)
}

/// Times go as text (`convert_datetimes_to_strs`).
fn bound(cell: &Cell) -> Cell {
    match cell {
        Cell::DateTime(_) | Cell::DateTimeTz(_) => Cell::Text(cell.to_string()),
        other => other.clone(),
    }
}
