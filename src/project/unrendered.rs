//! Which values of a file keep their Jinja until later, as in dbt.

use super::render::Step;

/// Tells whether a value of `dbt_project.yml` is rendered when the file is read. Hooks, the query
/// comment and vars wait.
pub fn renders_in_project(path: &[Step<'_>]) -> bool {
    let Some(first) = path.first().and_then(Step::key) else {
        return true;
    };
    if matches!(
        first,
        "on-run-start" | "on-run-end" | "query-comment" | "vars"
    ) {
        return false;
    }
    let has_hooks = matches!(
        first,
        "seeds" | "models" | "snapshots" | "tests" | "data_tests"
    );
    let is_hook = |step: &Step<'_>| {
        let key = step.key().map(|key| key.trim_start_matches(['+', ' ']));
        matches!(
            key,
            Some("pre-hook" | "post-hook" | "pre_hook" | "post_hook")
        )
    };
    !(has_hooks && path.iter().any(is_hook))
}

/// Tells whether a value of one entry of a properties file is rendered when the file is read.
/// `section` is the list that the entry is in (`models`, `sources` …), `path` starts below the
/// entry. Descriptions, data tests and hooks wait.
pub fn renders_in_properties(section: &str, path: &[Step<'_>]) -> bool {
    let key = |at: usize| path.get(at).and_then(Step::key);
    let Some(first) = key(0) else {
        return true;
    };
    match section {
        "sources" => {
            let query = first == "config" && key(1) == Some("loaded_at_query");
            let own = matches!(first, "description" | "loaded_at_query") || query;
            let table = first == "tables" && waits(path.get(2..).unwrap_or_default());
            !own && !table
        }
        "macros" if first == "arguments" => !waits(path.get(1..).unwrap_or_default()),
        "metrics" => {
            let last = path.len() - 1;
            let filter = key(last) == Some("filter") || last > 0 && key(last - 1) == Some("filter");
            !filter && !waits(path)
        }
        "saved_queries" => {
            let filter = first == "query_params" && key(1) == Some("where");
            !filter && !waits(path)
        }
        _ => !waits(path),
    }
}

fn waits(path: &[Step<'_>]) -> bool {
    let key = |at: usize| path.get(at).and_then(Step::key);
    let later = |key: Option<&str>| {
        matches!(
            key,
            Some("tests" | "data_tests" | "description" | "loaded_at_query")
        )
    };
    let in_config = key(0) == Some("config")
        && matches!(key(1), Some("pre_hook" | "post_hook" | "loaded_at_query"));
    let in_column = matches!(
        key(0),
        Some("columns" | "dimensions" | "measures" | "entities")
    ) && matches!(key(2), Some("tests" | "data_tests" | "description"));
    later(key(0))
        || path.len() == 2 && later(key(1))
        || in_config
        || path.len() == 5 && key(4) == Some("description")
        || in_column
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<Step<'_>> {
        let step = |it: &str| it.parse().map(Step::Index);
        let key = |it| Step::Key(std::borrow::Cow::Borrowed(it));
        text.split('/')
            .map(|it| step(it).unwrap_or(key(it)))
            .collect()
    }

    #[test]
    fn hooks_and_vars_of_a_project_wait() {
        for (at, rendered) in [
            ("name", true),
            ("vars/x", false),
            ("on-run-end/0", false),
            ("models/shop/+schema", true),
            ("models/shop/+pre-hook/0", false),
            ("snapshots/+post_hook", false),
            ("sources/+pre-hook", true),
        ] {
            assert_eq!(renders_in_project(&path(at)), rendered, "{at}");
        }
    }

    #[test]
    fn descriptions_and_tests_of_properties_wait() {
        for (section, at, rendered) in [
            ("models", "description", false),
            ("models", "meta/description", false),
            ("models", "meta/a/b", true),
            ("models", "config/pre_hook/0", false),
            ("models", "config/pre-hook", true),
            ("models", "columns/0/data_tests/0/x/arguments/y", false),
            ("models", "columns/0/meta/x", true),
            ("models", "versions/0/columns/1/description", false),
            ("sources", "schema", true),
            ("sources", "tables/0/description", false),
            ("sources", "tables/0/identifier", true),
            ("sources", "tables/0/columns/1/tests", false),
            ("macros", "arguments/0/description", false),
            ("macros", "arguments/0/name", true),
            ("metrics", "filter", false),
            ("saved_queries", "query_params/where/0", false),
            ("exposures", "depends_on/0", true),
        ] {
            assert_eq!(
                renders_in_properties(section, &path(at)),
                rendered,
                "{section} {at}"
            );
        }
    }
}
