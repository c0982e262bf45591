//! What the flags and the terminal say about the output.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::format::Format;
use super::line::Room;
use super::record::Level;
use crate::cli::streams;
use crate::diagnostics::render::Look;
use crate::invocation::Invocation;
use crate::project::normal;
use crate::system::System;

/// Columns of dbt's lines before the status unless somebody says otherwise.
const DBT_WIDTH: usize = 80;
/// On a terminal: what the time before a line and the status behind it take.
const STATUS: usize = 10 + 22;
/// On a terminal: dots beyond lead no eye.
const WIDEST: usize = 100;

/// How output looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    /// Form of lines.
    pub format: Format,
    /// Quietest level that is shown.
    pub level: Level,
    /// Whether `print()` shows anything.
    pub print: bool,
    /// Columns of dbt's lines.
    pub room: Room,
    /// Colours and characters.
    pub look: Look,
    /// Whether a person watches.
    pub live: bool,
    /// Form of the log file.
    pub file_format: Format,
    /// Quietest level in the log file.
    pub file_level: Level,
    /// Whether the log file has colour codes.
    pub file_color: bool,
    /// Bytes of a log file before another begins.
    pub file_max_bytes: u64,
    /// Whether workflow commands of GitHub are written for findings.
    pub github: bool,
    /// The form in which all findings are printed at the end, instead of being drawn.
    pub document: Option<Document>,
    /// Whether the result is a text for another program: then it stands alone on the standard output, and all else goes to the
    /// standard error.
    pub alone: bool,
    /// Whether `logs` writes events as JSON.
    pub entries_as_json: bool,
}

/// Commands that dbt does not have and whose result has a form for other programs.
const OWN: [&str; 9] = [
    "alerts",
    "chaos",
    "diff",
    "impact",
    "lineage",
    "quarantine",
    "rollback",
    "spc",
    "versions",
];

/// One text with all findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    /// dsql's own.
    Json,
    /// That of code scanning.
    Sarif,
}

impl Settings {
    /// Reads flags by lower-case names; `asked` are those that a person gave.
    pub(super) fn new(
        flags: &Map<String, Value>,
        asked_for_color: bool,
        system: &dyn System,
    ) -> Self {
        let on = |name: &str| flags.get(name).and_then(Value::as_bool).unwrap_or(false);
        let text = |name: &str| flags.get(name).and_then(Value::as_str);
        let number = |name: &str| flags.get(name).and_then(Value::as_u64);
        let set = |name: &str| system.env(name).is_some_and(|value| !value.is_empty());
        let terminal = streams::is_terminal();
        let dumb = system.env("TERM").is_some_and(|it| it == "dumb");
        let color =
            on("use_colors") && (asked_for_color || (terminal && !set("NO_COLOR") && !dumb));
        let format = match on("debug") {
            true => Format::named(text("log_format"), Format::Debug),
            false => Format::named(text("log_format"), Format::Text),
        };
        let document = match (text("which"), text("output")) {
            (Some("check"), Some("json")) => Some(Document::Json),
            (Some("check"), Some("sarif")) => Some(Document::Sarif),
            _ => None,
        };
        let is_own = text("which").is_some_and(|it| OWN.contains(&it));
        let logs = text("which") == Some("logs");
        let alone = logs || is_own && text("output").is_some_and(|it| it != "text");
        let level = match text("log_level") {
            Some("none") => Level::None,
            _ if on("quiet") || document.is_some() => Level::Error,
            _ if on("debug") => Level::Debug,
            _ if alone => Level::Warn,
            word => Level::named(word.unwrap_or("info")),
        };
        let live = terminal && !dumb && format == Format::Text && level <= Level::Info;
        let width = number("printer_width").map_or(DBT_WIDTH, |it| it.min(1000) as usize);
        let fitting = live && width == DBT_WIDTH;
        let room = Room {
            width: match fitting {
                true => (streams::size().1.saturating_sub(STATUS)).clamp(20, WIDEST),
                false => width,
            },
            cut: fitting,
            unicode: is_unicode(system),
        };
        Self {
            format,
            level,
            print: flags.get("print").and_then(Value::as_bool).unwrap_or(true),
            room,
            look: Look {
                color,
                unicode: is_unicode(system),
                width: streams::width(terminal),
            },
            live,
            file_format: Format::named(text("log_format_file"), Format::Debug),
            file_level: match on("debug") {
                true => Level::Debug,
                false => Level::named(text("log_level_file").unwrap_or("debug")),
            },
            file_color: false,
            file_max_bytes: number("log_file_max_bytes").unwrap_or(10 * 1024 * 1024),
            github: set("GITHUB_ACTIONS") && document.is_none() && !alone || asks_github(flags),
            document,
            alone,
            entries_as_json: logs && text("output") == Some("json"),
        }
    }
}

/// Lists the reports that are asked for.
fn asked(flags: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let reports = flags.get("reports").and_then(Value::as_array);
    reports.into_iter().flatten()
}

fn asks_github(flags: &Map<String, Value>) -> bool {
    let is_check = flags.get("which").is_some_and(|it| it == "check");
    let is_form = flags.get("output").is_some_and(|it| it == "github");
    asked(flags).any(|it| it["format"] == "github") || is_check && is_form
}

/// Lists the files of the JUnit reports; they count from the current folder, as the writer does.
pub(super) fn reports(invocation: &Invocation) -> Vec<PathBuf> {
    let files = |it: &Value| it["file"].as_str().map(PathBuf::from);
    asked(&invocation.args()).filter_map(files).collect()
}

/// Finds the way from the repository to the project. Empty where none leads down.
pub(super) fn folder(invocation: &Invocation, system: &dyn System) -> String {
    let current = system.current_dir();
    let project = match invocation.text("project_dir") {
        Some(given) => normal(&current.join(given)),
        None => {
            let here = |it: &&Path| system.is_file(&it.join("dbt_project.yml"));
            let found = current.ancestors().find(here);
            found.unwrap_or(&current).to_path_buf()
        }
    };
    way(&project, current, system)
}

/// Finds the way from the repository: from GITHUB_WORKSPACE, else from the folder around the project that has a `.git`, else from
/// the current folder.
fn way(project: &Path, current: PathBuf, system: &dyn System) -> String {
    let workspace = system.env("GITHUB_WORKSPACE").filter(|it| !it.is_empty());
    // In a work tree beside the first one it is a file.
    let is_root = |it: &&Path| {
        let git = it.join(".git");
        system.is_dir(&git) || system.is_file(&git)
    };
    let root = project.ancestors().find(is_root).map(Path::to_path_buf);
    let roots = workspace.map(PathBuf::from).into_iter();
    let mut roots = roots.chain(root).chain([current]);
    let way = roots.find_map(|it| Some(project.strip_prefix(it).ok()?.to_path_buf()));
    way.unwrap_or_default().to_string_lossy().replace('\\', "/")
}

/// Tells whether the terminal shows characters beyond ASCII, as the locale says.
fn is_unicode(system: &dyn System) -> bool {
    let set = |name| system.env(name).filter(|value: &String| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    let utf8 = |name: &String| {
        let name = name.to_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    };
    cfg!(target_os = "macos") || cfg!(windows) || locale.as_ref().is_some_and(utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::MemorySystem;

    #[test]
    fn paths_begin_at_the_repository() {
        let way_in = |system: &MemorySystem| {
            let project = Path::new("/repo/dbt/shop");
            way(project, project.to_path_buf(), system)
        };
        let none: [(&str, &str); 0] = [];
        assert_eq!(way_in(&MemorySystem::with_files(none)), "");
        let folder = MemorySystem::with_files([("/repo/.git/HEAD", "")]);
        assert_eq!(way_in(&folder), "dbt/shop");
        let work_tree = MemorySystem::with_files([("/repo/dbt/.git", "")]);
        assert_eq!(way_in(&work_tree), "shop");
        let named = folder.with_env("GITHUB_WORKSPACE", "/repo/dbt");
        assert_eq!(way_in(&named), "shop");
        let elsewhere = MemorySystem::with_files([("/repo/.git/HEAD", "")]);
        let elsewhere = elsewhere.with_env("GITHUB_WORKSPACE", "/other");
        assert_eq!(way_in(&elsewhere), "dbt/shop");
    }
}
