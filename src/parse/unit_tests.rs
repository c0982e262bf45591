//! Unit tests of models.

use std::sync::Arc;

use serde_json::Value as Json;

use super::fixtures::Fixtures;
use super::patches::{AllDeclared, Declared};
use super::properties::{GivenDef, UnitTestDef};
use super::raw::{fqn, sha256};
use super::{Stage, configure};
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::context::{ParseContext, from_json};
use crate::jinja::{Origin, Scope, Template, python};
use crate::nodes::{
    Config, DependsOn, Fixture, FixtureFormat, FixtureRows, InputTarget, Node, RefArgs,
    ResourceType, Resources, UnitTest, UnitTestInput,
};
use crate::project::config::ConfigInput;

/// Takes up the unit tests of all files.
pub(super) fn read(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let fixtures = Fixtures::new(stage, diagnostics);
    let of_macros = declared.each(|it| &it.macros);
    let of_macros =
        of_macros.flat_map(|(file, it)| it.tests.iter().map(move |it| (file, &it.test)));
    for (file, def) in declared.each(|it| &it.unit_tests).chain(of_macros) {
        let reader = Reader {
            file,
            resources,
            fixtures: &fixtures,
            stage,
        };
        let Some(found) = reader.unit_test(def, diagnostics) else {
            continue;
        };
        let (id, enabled) = (found.unique_id.clone(), found.config.enabled());
        if !enabled {
            resources.disabled_unit_tests.insert(id, Arc::new(found));
            continue;
        }
        if let Some(first) = resources.unit_tests.get(&id) {
            diagnostics.push(twice(first, &found));
            continue;
        }
        resources.unit_tests.insert(id, Arc::new(found));
    }
}

fn twice(first: &UnitTest, second: &UnitTest) -> Diagnostic {
    let message = format!(
        "two unit tests of model `{}` are named `{}`: in {} and {}",
        second.model, second.name, first.original_file_path, second.original_file_path
    );
    Diagnostic::error(Code::DuplicateName, message)
        .label(second.location, "the second one")
        .label(first.location, "the first one")
        .help("rename one of them")
}

/// What reading one properties file's unit tests needs.
struct Reader<'a> {
    file: &'a Declared<'a>,
    resources: &'a Resources,
    fixtures: &'a Fixtures<'a>,
    stage: &'a Stage<'a>,
}

impl Reader<'_> {
    fn unit_test(&self, def: &UnitTestDef, diagnostics: &mut Vec<Diagnostic>) -> Option<UnitTest> {
        let package = &self.stage.packages[self.file.package].name;
        let file = &self.file.file.original_file_path;
        // dbt's fqn leaves out the first folder of the properties file, and the file.
        let below = file.split_once('/').map_or("", |(_, below)| below);
        let (model, model_location) = def.model.clone();
        let fqn = fqn(package, below, &[&model, &def.name]);
        let config = self.config(def, &fqn, diagnostics);
        let given: Vec<_> = def
            .given
            .iter()
            .map(|it| self.input(it, diagnostics))
            .collect();
        let expect = self
            .fixtures
            .read(&def.expect, self.file.package, None, diagnostics);
        let tags = config.strings("tags").into_iter().map(str::to_owned);
        let mut found = UnitTest {
            unique_id: format!("unit_test.{package}.{model}.{}", def.name).into(),
            name: def.name.clone(),
            model,
            model_location,
            package_name: package.to_string(),
            path: self.file.file.relative_path.clone(),
            original_file_path: file.clone(),
            fqn,
            given: given.into_iter().collect::<Option<_>>()?,
            expect: expect?,
            description: def.description.clone(),
            overrides: def.overrides.clone(),
            depends_on: DependsOn::default(),
            tags: tags.collect(),
            config,
            checksum: String::new(),
            schema: None,
            versions: def.versions.clone(),
            version: None,
            created_at: self.stage.created_at,
            location: def.location,
        };
        found.checksum = sha256(&fingerprinted(&found)).checksum;
        Some(found)
    }

    fn config(
        &self,
        def: &UnitTestDef,
        fqn: &[String],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Config {
        let kind = ResourceType::UnitTest;
        let input = ConfigInput {
            properties: Some(&def.config),
            ..configure::trees(self.file.package, kind, fqn, self.stage)
        };
        configure::configure(input, |_| def.location, diagnostics).0
    }

    fn input(&self, def: &GivenDef, diagnostics: &mut Vec<Diagnostic>) -> Option<UnitTestInput> {
        let (input, location) = def.input.clone();
        let target = self.target(&input);
        let seed = match &target {
            InputTarget::Reference(args) => self.seed(args),
            _ => None,
        };
        let package = self.file.package;
        let fixture = self.fixtures.read(&def.rows, package, seed, diagnostics)?;
        Some(UnitTestInput {
            input,
            target,
            node: None,
            fixture,
            location,
        })
    }

    fn seed(&self, args: &RefArgs) -> Option<&Node> {
        let own = &self.stage.packages[self.file.package].name;
        let package = args.package.as_deref().unwrap_or(own);
        let id = format!("seed.{package}.{}", args.name);
        self.resources.nodes.get(id.as_str()).map(|node| &**node)
    }

    /// Reads what stands under `input`: only one call counts, a `ref()` before a `source()`.
    fn target(&self, input: &str) -> InputTarget {
        if input.trim() == "this" {
            return InputTarget::This;
        }
        let package = &self.stage.packages[self.file.package].name;
        let context = Arc::new(ParseContext::detached(self.stage.project.clone(), package));
        let scope = Scope {
            package: Arc::from(&**package),
            globals: context.clone(),
            lenient: false,
        };
        let text = format!("{{{{ {input} }}}}");
        let template = Template {
            name: input,
            text: &text,
            origin: Origin::Nowhere,
        };
        // What is no call names no input; dbt says so when the test runs.
        let rendered = self.stage.engine.render(template, &scope);
        let captured = context.captured();
        let reference = captured.refs.into_iter().next();
        let reference = reference.map(|call| InputTarget::Reference(call.args));
        let source = captured.sources.into_iter().next();
        let source = source.map(|call| InputTarget::Source(call.source, call.table));
        rendered
            .ok()
            .and(reference.or(source))
            .unwrap_or(InputTarget::Unknown)
    }
}

/// Writes what dbt takes the checksum of: Python's text of its own objects.
fn fingerprinted(test: &UnitTest) -> String {
    let given = test.given.iter().map(|it| {
        let input = python::repr(&crate::jinja::Value::from(it.input.as_str()));
        format!(
            "UnitTestInputFixture(input={input}, {})",
            fixture(&it.fixture)
        )
    });
    let given = given.collect::<Vec<_>>().join(", ");
    let expect = format!("UnitTestOutputFixture({})", fixture(&test.expect));
    let overrides = test.overrides.as_ref().map_or("None".to_owned(), |it| {
        let [macros, vars, env_vars] =
            [&it.macros, &it.vars, &it.env_vars].map(|dict| repr(&Json::Object(dict.clone())));
        format!("UnitTestOverrides(macros={macros}, vars={vars}, env_vars={env_vars})")
    });
    let versions = test.versions.as_ref().map_or("None".to_owned(), |it| {
        let [include, exclude] =
            ["include", "exclude"].map(|key| repr(it.get(key).unwrap_or(&Json::Null)));
        format!("UnitTestNodeVersions(include={include}, exclude={exclude})")
    });
    let mut text = format!("{}-{versions}-[{given}]-{expect}-{overrides}", test.model);
    for input in test.given.iter().filter(|it| it.fixture.file.is_some()) {
        text.push('-');
        match &input.fixture.rows {
            FixtureRows::Query(query) => text.push_str(query),
            rows => text.push_str(&rows_repr(rows)),
        }
    }
    text
}

fn fixture(fixture: &Fixture) -> String {
    let format = match fixture.format {
        FixtureFormat::Dict => "<UnitTestFormat.Dict: 'dict'>",
        FixtureFormat::Csv => "<UnitTestFormat.CSV: 'csv'>",
        FixtureFormat::Sql => "<UnitTestFormat.SQL: 'sql'>",
    };
    let file = fixture.file.as_deref().map_or(Json::Null, Json::from);
    let rows = rows_repr(&fixture.rows);
    format!("rows={rows}, format={format}, fixture={}", repr(&file))
}

fn rows_repr(rows: &FixtureRows) -> String {
    repr(&serde_json::to_value(rows).unwrap_or_default())
}

fn repr(json: &Json) -> String {
    python::repr(&from_json(json))
}
