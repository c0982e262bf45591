//! Compiles nodes, each ephemeral model once.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::files::NodeFiles;
use super::inject::{EPHEMERAL_PREFIX, inject};
use super::paths::{Subfolder, target_path};
use crate::adapters::Relation;
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::context::{DatabaseError, Names, RunContext, Session};
use crate::jinja::library;
use crate::jinja::{Origin, RenderError, Rendered, Template};
use crate::nodes::{Compiled, Details, InjectedCte, Node, ResourceType, Resources, UniqueId};
use crate::parse::{TEST_ARGUMENTS, test_arguments};
use crate::system::{System, SystemError};
use crate::text::{Location, Segment, SourceMap, Span};

/// Why a node could not be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// Its template, or a macro that it calls.
    #[error("{}", .0.message())]
    Render(Box<RenderError>),
    /// A template in its arguments.
    #[error("{}", .0.message)]
    Arguments(Box<Diagnostic>),
    /// An ephemeral model, or an input of a unit test, that it needs.
    #[error("{}", .1)]
    Needed(Arc<Node>, Box<CompileError>),
    /// A unit test gives rows for something that is not there.
    #[error("{}", .0.message)]
    Input(Box<Diagnostic>),
    /// Its compiled SQL could not be written.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl CompileError {
    /// Returns what the database said, if the template asked it something.
    pub fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Render(error) => error.payload(),
            Self::Needed(_, error) => error.database(),
            _ => None,
        }
    }

    /// Says that it happened in a node that another one needs; the innermost counts.
    fn within(node: &Arc<Node>, error: Self) -> Self {
        match error {
            Self::Needed(..) => error,
            error => Self::Needed(node.clone(), Box::new(error)),
        }
    }
}

/// Compiles the nodes of one project.
pub struct Compiler {
    /// All resources, references resolved.
    pub resources: Arc<Resources>,
    /// Files.
    pub system: Arc<dyn System>,
    /// Folder of the root project.
    pub project_root: PathBuf,
    /// Target folder, relative to the project or absolute.
    pub target: String,
    /// Whether ephemeral models become part of the queries that read them.
    pub inject: bool,
    /// Whether compiled SQL is written to files.
    pub write: bool,
    /// Who has written which of them.
    pub files: NodeFiles,
    /// Ephemeral models that are compiled.
    pub ephemeral: Mutex<HashMap<UniqueId, Arc<Node>>>,
}

impl Compiler {
    /// Compiles a node. `names` are added to its context.
    pub fn compile(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
        names: Names,
    ) -> Result<Arc<Node>, CompileError> {
        if node.resource_type == ResourceType::Seed {
            return Ok(node.clone());
        }
        let (mut compiled, macros) = self.compiled(node, session, names)?;
        let mut node = (**node).clone();
        let written = node.resource_type != ResourceType::Snapshot;
        if written && !compiled.code.is_empty() {
            let path = target_path(&self.target, Subfolder::Compiled, &node);
            if self.write {
                let place = (&*self.project_root, &*path);
                self.files
                    .write(&node, place, &compiled.code, &*self.system)?;
            }
            compiled.path = Some(path);
        }
        for id in macros {
            let id = UniqueId::from(id);
            if !node.depends_on.macros.contains(&id) {
                node.depends_on.macros.push(id);
            }
        }
        node.compiled = Some(Arc::new(compiled));
        name_targets(&mut node, session)?;
        Ok(Arc::new(node))
    }

    /// Compiles a node's template to a query that stands in no file.
    pub fn query(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
        names: Names,
    ) -> Result<String, CompileError> {
        let (compiled, _) = self.compiled(node, session, names)?;
        Ok(compiled.code)
    }

    /// Returns the query with ephemeral models in front, and the macros that the template called.
    fn compiled(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
        names: Names,
    ) -> Result<(Compiled, Vec<String>), CompileError> {
        session.take_asked(node);
        let (rendered, named) = self.render(node, session, names)?;
        // What ephemeral models ask for is theirs.
        let (asks, looks_for_itself) = session.take_asked(node);
        let mut ctes: Vec<InjectedCte> = Vec::new();
        for id in named.ephemeral.into_iter().filter(|_| self.inject) {
            self.add_ctes(&id, session, &mut ctes)?;
        }
        let injected = inject(&rendered.text, &ctes);
        let source_map = shifted(rendered.source_map, injected.head, injected.shift);
        let compiled = Compiled {
            code: injected.sql,
            own_code: rendered.text,
            extra_ctes: ctes,
            source_map,
            path: None,
            asks,
            looks_for_itself,
        };
        Ok((compiled, named.macros))
    }

    fn render(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
        mut names: Names,
    ) -> Result<(Rendered, Named), CompileError> {
        let package: Arc<str> = node.package_name.as_str().into();
        let mut named = Named::default();
        if let Some(test) = node.as_generic_test() {
            let context = RunContext::with_names(
                session.clone(),
                Some(node.clone()),
                package.clone(),
                Names {
                    stand_ins: names.stand_ins.clone(),
                    ..Names::default()
                },
            );
            let kwargs = test_arguments(
                &test.kwargs,
                node.location,
                &node.unique_id,
                &context.scope(),
                &session.engine,
            );
            let kwargs = kwargs.map_err(|error| CompileError::Arguments(Box::new(error)))?;
            named = Named::of(&context);
            names.values.push((TEST_ARGUMENTS.to_owned(), kwargs));
        }
        let context = RunContext::with_names(session.clone(), Some(node.clone()), package, names);
        let origin = match node.is_made() {
            true => Origin::Within(node.location),
            false => Origin::Verbatim {
                file: node.location.file,
                offset: node.location.span.start as usize,
            },
        };
        let template = Template {
            name: &node.unique_id,
            text: &node.raw_code,
            origin,
        };
        let template = match is_python_model(node) {
            true => Template {
                text: "{{ py_script_postfix(model) }}",
                origin: Origin::Within(node.location),
                ..template
            },
            false => template,
        };
        let rendered = session.engine.render(template, &context.scope());
        let mut rendered = rendered.map_err(|error| CompileError::Render(Box::new(error)))?;
        let named = named.and(Named::of(&context));
        if is_python_model(node) {
            self.refuse_ephemeral(node, &named.ephemeral)?;
            rendered = behind_code(node, rendered);
        }
        Ok((rendered, named))
    }

    /// There is no query in Python that an ephemeral model could go in front of.
    fn refuse_ephemeral(&self, node: &Node, named: &[UniqueId]) -> Result<(), CompileError> {
        let Some(id) = named.first() else {
            return Ok(());
        };
        let needed = self.resources.nodes.get(id);
        let name = needed.map_or(&**id, |it| it.name.as_str());
        let call = node.refs.iter().find(|call| call.args.name == name);
        let message = format!("a model in Python cannot read `{name}`, which is ephemeral");
        let finding = Diagnostic::error(Code::PythonError, message)
            .at(call.and_then(|it| it.location).unwrap_or(node.location))
            .help(format!("let `{name}` be a view or a table"));
        Err(CompileError::Arguments(Box::new(finding)))
    }

    /// Adds an ephemeral model and those it needs, each once, needed ones first.
    fn add_ctes(
        &self,
        id: &UniqueId,
        session: &Arc<Session>,
        ctes: &mut Vec<InjectedCte>,
    ) -> Result<(), CompileError> {
        let known = self
            .ephemeral
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned();
        let node = match (known, self.resources.nodes.get(id)) {
            (Some(known), _) => known,
            (None, None) => return Ok(()),
            (None, Some(node)) => {
                let compiled = self.compile(node, session, Names::default());
                let compiled = compiled.map_err(|error| CompileError::within(node, error))?;
                let mut known = self
                    .ephemeral
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                known.insert(id.clone(), compiled.clone());
                compiled
            }
        };
        let Some(compiled) = &node.compiled else {
            return Ok(());
        };
        let own = InjectedCte {
            id: id.clone(),
            sql: format!(
                " {EPHEMERAL_PREFIX}{} as (\n{}\n)",
                node.cte_name(),
                compiled.own_code
            ),
        };
        for cte in compiled.extra_ctes.iter().chain([&own]) {
            match ctes.iter_mut().find(|it| it.id == cte.id) {
                Some(it) => it.sql.clone_from(&cte.sql),
                None => ctes.push(cte.clone()),
            }
        }
        Ok(())
    }
}

fn is_python_model(node: &Node) -> bool {
    node.language == "python" && node.resource_type == ResourceType::Model
}

/// Puts what a template made behind the code of a Python model, which is no template.
fn behind_code(node: &Node, made: Rendered) -> Rendered {
    const GAP: &str = "\n\n";
    let code = &*node.raw_code;
    let start = node.location.span.start as usize;
    let own = Segment {
        output: Span::new(0, code.len()),
        origin: Location::new(node.location.file, Span::new(start, start + code.len())),
        literal: true,
    };
    let made_map = made.source_map.shifted(code.len() + GAP.len());
    let segments = [&[own], made_map.segments()].concat();
    Rendered {
        text: format!("{code}{GAP}{}", made.text),
        source_map: SourceMap::new(segments),
    }
}

/// Puts names of relations in place of what foreign keys refer to.
pub fn name_targets(node: &mut Node, session: &Arc<Session>) -> Result<(), CompileError> {
    let Details::Model(model) = &node.details else {
        return Ok(());
    };
    let columns = node.columns.values().flat_map(|it| &it.constraints);
    if !model
        .constraints
        .iter()
        .chain(columns)
        .any(|it| it.target().is_some())
    {
        return Ok(());
    }
    let package = node.package_name.as_str().into();
    let context = RunContext::new(session.clone(), Some(Arc::new(node.clone())), package);
    let Details::Model(model) = &mut node.details else {
        return Ok(());
    };
    let columns = node.columns.values_mut();
    let columns = columns.flat_map(|it| &mut it.constraints);
    for constraint in model.constraints.iter_mut().chain(columns) {
        let Some(call) = constraint.target() else {
            continue;
        };
        let text = format!("{{{{ {call} }}}}");
        let template = Template {
            name: &node.unique_id,
            text: &text,
            origin: Origin::Within(node.patch_location.unwrap_or(node.location)),
        };
        let target = session.engine.evaluate(template, &context.scope());
        let target = target.map_err(|error| CompileError::Render(Box::new(error)))?;
        if let Some(relation) = library::relation_of(&target) {
            let limit = None;
            constraint.to = Some(Relation { limit, ..relation }.render());
        }
    }
    Ok(())
}

/// What a template named while it was rendered.
#[derive(Default)]
struct Named {
    ephemeral: Vec<UniqueId>,
    macros: Vec<String>,
}

impl Named {
    fn of(context: &Arc<RunContext>) -> Self {
        Self {
            ephemeral: context.ephemeral(),
            macros: context.macros(),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.ephemeral.extend(other.ephemeral);
        self.macros.extend(other.macros);
        self
    }
}

/// Moves what stands behind the first `head` bytes by `shift`.
fn shifted(map: SourceMap, head: usize, shift: usize) -> SourceMap {
    if shift == 0 {
        return map;
    }
    let mut segments = Vec::with_capacity(map.segments().len() + 1);
    for segment in map.segments() {
        let Segment {
            output,
            origin,
            literal,
        } = *segment;
        if output.end as usize <= head {
            segments.push(*segment);
        } else if output.start as usize >= head || !literal {
            segments.push(Segment {
                output: output.shifted(shift),
                origin,
                literal,
            });
        } else {
            let within = head - output.start as usize;
            let cut = origin.span.start as usize + within;
            let (mut before, mut after) = (*segment, *segment);
            before.output = Span::new(output.start as usize, head);
            before.origin.span = Span::new(origin.span.start as usize, cut);
            after.output = Span::new(head + shift, output.end as usize + shift);
            after.origin.span = Span::new(cut, origin.span.end as usize);
            segments.extend([before, after]);
        }
    }
    SourceMap::new(segments)
}
