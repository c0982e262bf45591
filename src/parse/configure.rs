//! The configuration of one resource: trees, properties file and file itself, merged, and what is
//! wrong with it.

use serde_json::Value as Json;

use super::Stage;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::invocation::iso_moment;
use crate::jinja::{Engine, config_as_written};
use crate::nodes::{CHECKPOINT, Checkpoint, Config, Dict, Node, ResourceType};
use crate::project::config::{
    ConfigInput, ConfigProblem, check_microbatch, check_snapshot, check_writes, merge,
    merge_unrendered,
};
use crate::text::Location;

/// Takes the trees that configure a resource of a package.
pub(super) fn trees<'a>(
    package: usize,
    resource_type: ResourceType,
    fqn: &'a [String],
    stage: &Stage<'a>,
) -> ConfigInput<'a> {
    let trees = |at: usize| &stage.packages[at].project.trees;
    ConfigInput {
        resource_type,
        fqn,
        package: trees(package),
        root: (package != 0).then(|| trees(0)),
        properties: None,
        call: None,
    }
}

/// Merges everything; `place` tells where a value stands that is in no `dbt_project.yml`. Gives
/// the configuration, and what was written.
pub(super) fn configure(
    input: ConfigInput<'_>,
    place: impl Fn(&ConfigProblem) -> Location,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Config, Dict) {
    let mut merged = merge(input);
    for problem in std::mem::take(&mut merged.problems) {
        let place = place(&problem);
        diagnostics.push(problem.into_diagnostic(place));
    }
    let config = merged.into_config(input.resource_type);
    (config, merge_unrendered(input))
}

/// Says what keeps a snapshot or a microbatch model from being made. `set_at` tells where a key is
/// set, if it is in no `dbt_project.yml`. One that is disabled may lack anything.
pub(super) fn incomplete(
    node: &Node,
    set_at: impl Fn(&str) -> Option<Location>,
    engine: &Engine,
) -> Option<Diagnostic> {
    if !node.config.enabled() {
        return None;
    }
    let (wrong, strategy) = match node.resource_type {
        ResourceType::Snapshot => (check_snapshot(&node.config)?, "strategy"),
        _ if is_dbts_microbatch(node, engine) => {
            (check_microbatch(&node.config)?, "incremental_strategy")
        }
        ResourceType::Model if writes_as_built_in(node, engine) => {
            let wrong = check_writes(&node.config, node.language)?;
            (wrong, "incremental_strategy")
        }
        _ => return None,
    };
    let at = set_at(wrong.key).or_else(|| set_at(strategy));
    let finding = Diagnostic::error(Code::InvalidConfig, wrong.message);
    Some(finding.at(at.unwrap_or(node.location)).help(wrong.help))
}

/// A strategy of the project's own has needs that only its macro knows.
fn is_dbts_microbatch(node: &Node, engine: &Engine) -> bool {
    let macros = engine.macros();
    let found = || macros.find_by_name("get_incremental_microbatch_sql", None);
    node.is_microbatch() && found().is_some_and(|it| macros.is_built_in(it))
}

/// Tells whether a model is incremental by a strategy that the project has not redefined.
fn writes_as_built_in(node: &Node, engine: &Engine) -> bool {
    let macros = engine.macros();
    let strategy = node.config.str("incremental_strategy").unwrap_or("default");
    let name = format!("get_incremental_{}_sql", strategy.replace('+', "_"));
    let found = || macros.find_by_name(&name, None);
    node.config.materialized() == "incremental" && found().is_some_and(|it| macros.is_built_in(it))
}

/// Writes the `begin` of a microbatch model out, as dbt does.
pub(super) fn write_out_begin(node: &mut Node, engine: &Engine) {
    if !node.config.enabled() || !is_dbts_microbatch(node, engine) {
        return;
    }
    if let Some(Json::String(begin)) = node.config.set_values_mut().get_mut("begin")
        && let Some(moment) = iso_moment(begin)
    {
        *begin = moment;
    }
}

/// An ephemeral model is in no database, so that nobody outside could read it.
pub(super) fn open_but_nowhere(
    node: &Node,
    set_at: impl Fn(&str) -> Option<Location>,
) -> Option<Diagnostic> {
    let open = node.config.enabled()
        && node.config.materialized() == "ephemeral"
        && node.config.str("access") == Some("public");
    let at = set_at("access").or_else(|| set_at("materialized"));
    let message = format!(
        "model `{}` is ephemeral, and `access` is `public`",
        node.name
    );
    (open && node.resource_type == ResourceType::Model).then(|| {
        Diagnostic::error(Code::InvalidConfig, message)
            .at(at.unwrap_or(node.location))
            .help("materialize it as a view, or set `access: protected`")
    })
}

/// What `publish` can be: committed as it is built, or only if the data tests pass.
const PUBLISH: [&str; 2] = ["direct", "audited"];

/// Says that `publish` is a word that means nothing, or that what the node writes cannot be held back.
pub(super) fn wrongly_published(
    node: &Node,
    set_at: impl Fn(&str) -> Option<Location>,
) -> Option<Diagnostic> {
    let publish = node.config.get("publish").filter(|it| !it.is_null())?;
    let word = publish.as_str().unwrap_or_default();
    let (finding, help) = if !PUBLISH.contains(&word) {
        let near = did_you_mean(word, PUBLISH).unwrap_or("audited");
        let message = format!("`publish` cannot be {publish}");
        let finding = Diagnostic::error(Code::InvalidConfig, message);
        (finding, format!("write `{near}`"))
    } else if word == "audited" && node.config.materialized() == "external" {
        let message = format!(
            "the file of `{}` is there before its data tests run",
            node.name
        );
        let finding = Diagnostic::warning(Code::InvalidConfig, message);
        let help = "`publish: audited` works where a transaction does: build a table, or test what the file is made of";
        (finding, help.to_owned())
    } else {
        return None;
    };
    let at = set_at("publish").unwrap_or(node.location);
    Some(finding.at(at).help(help))
}

/// Materializations that leave no rows of their own in the database.
const ROWLESS: [&str; 4] = ["ephemeral", "external", "table_function", "view"];

/// Says that `versions_kept` is no number, or that there is nothing to keep. Set for a whole folder, it
/// is meant for the tables in it.
pub(super) fn wrongly_kept(
    node: &Node,
    set_at: impl Fn(&str) -> Option<Location>,
    set_in_project: impl Fn(&str) -> Option<Location>,
) -> Option<Diagnostic> {
    const KEY: &str = "versions_kept";
    let kept = node.config.get(KEY).filter(|it| !it.is_null())?;
    let own = set_at(KEY);
    let (finding, help) = if kept.as_u64().is_none() {
        let message = format!("`{KEY}` cannot be {kept}");
        let finding = Diagnostic::error(Code::InvalidConfig, message);
        (finding, "write the number of versions, such as `3`")
    } else if own.is_some() && ROWLESS.contains(&node.config.materialized()) {
        let message = format!("`{}` has no rows of its own to keep versions of", node.name);
        let finding = Diagnostic::warning(Code::InvalidConfig, message);
        (
            finding,
            "keep versions of the tables that it reads, or build it as a table",
        )
    } else {
        return None;
    };
    let at = own.or_else(|| set_in_project(KEY)).unwrap_or(node.location);
    Some(finding.at(at).help(help))
}

/// Says that `checkpoint` cannot be read.
pub(super) fn wrongly_measured(
    node: &Node,
    set_at: impl Fn(&str) -> Option<Location>,
    set_in_project: impl Fn(&str) -> Option<Location>,
) -> Option<Diagnostic> {
    let said = node.config.get(CHECKPOINT).filter(|it| !it.is_null())?;
    let wrong = Checkpoint::parse(said).err()?;
    let at = set_at(CHECKPOINT).or_else(|| set_in_project(CHECKPOINT));
    Some(
        Diagnostic::error(Code::InvalidConfig, wrong.message)
            .at(at.unwrap_or(node.location))
            .help(wrong.help),
    )
}

/// What reads an ephemeral model holds its query, which a model in Python does not have.
pub(super) fn without_query(
    node: &Node,
    set_at: impl Fn(&str) -> Option<Location>,
) -> Option<Diagnostic> {
    let lacks = node.config.enabled()
        && node.config.materialized() == "ephemeral"
        && node.language == "python";
    let message = format!(
        "model `{}` is ephemeral, but in Python: nothing can read it",
        node.name
    );
    lacks.then(|| {
        Diagnostic::warning(Code::InvalidConfig, message)
            .at(set_at("materialized").unwrap_or(node.location))
            .help("set `materialized` to `table`")
    })
}

/// Tells whether configurations are kept with their Jinja, so that what depends on the environment
/// is the same in another one.
pub(super) fn is_kept_as_written(stage: &Stage<'_>) -> bool {
    const FLAG: &str = "STATE_MODIFIED_COMPARE_MORE_UNRENDERED_VALUES";
    stage.project.base.flags[FLAG] == true
}

/// Merges what was written with its Jinja: the call of the template over the properties file.
pub(super) fn with_jinja(
    input: ConfigInput<'_>,
    template: &str,
    properties: Option<&Dict>,
) -> Dict {
    let call = config_as_written(template).filter(|it| !it.is_empty());
    let mut described = input.properties.cloned().unwrap_or_default();
    for (key, value) in properties.into_iter().flatten() {
        lay_over(described.entry(key.as_str()).or_insert(Json::Null), value);
    }
    merge_unrendered(ConfigInput {
        properties: Some(&described),
        call: call.as_ref().or(input.call),
        ..input
    })
}

/// Lays a value over another one: dictionaries are joined.
fn lay_over(under: &mut Json, over: &Json) {
    match (under, over) {
        (Json::Object(under), Json::Object(over)) => {
            for (key, value) in over {
                lay_over(under.entry(key.as_str()).or_insert(Json::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}
