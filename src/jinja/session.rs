//! One rendering, with everything that the macros it calls share.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::{Environment, Error, State, Value};

use super::error::{Fault, RenderErrorKind};
use super::interpret::{self, Output, Run, Unit};
use super::macros::{Found, MacroEntry, MacroSet};
use super::names::{Builtins, Context, MacroFunction, Package, Return};
use super::syntax::parse;
use super::template::{Origin, Scope};
use crate::diagnostics::did_you_mean;

/// How many macros may be inside of each other.
const MAX_CALLS: usize = 250;

thread_local! {
    /// Calls that run on this thread.
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// What all renderings of an engine share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) macros: MacroSet,
    pub(super) environment: Environment<'static>,
    /// The functions that Jinja has in every template.
    pub(super) globals: HashMap<String, Value>,
    /// Set from outside to end what runs.
    pub(super) stop: Arc<AtomicBool>,
}

/// One rendering: the macros, the context and how deep the calls are.
///
/// Functions of a context get theirs with [`Session::of`] from the state that they are called with.
pub struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) scope: Scope,
    depth: AtomicUsize,
    /// What templates added to `context`.
    pub(super) added: Mutex<BTreeMap<String, Value>>,
    /// Names of the context that were looked up: each stays one object.
    known: Mutex<HashMap<String, Value>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("package", &self.scope.package)
            .finish_non_exhaustive()
    }
}

struct Handle(Arc<Session>);

impl Session {
    pub(super) fn new(shared: &Arc<Shared>, scope: &Scope) -> Arc<Self> {
        Arc::new(Self {
            shared: shared.clone(),
            scope: scope.clone(),
            depth: AtomicUsize::new(0),
            added: Mutex::default(),
            known: Mutex::default(),
        })
    }

    /// Returns the session that a function is called in.
    pub fn of(state: &State<'_, '_>) -> Option<Arc<Self>> {
        state
            .get_extension::<Handle>()
            .map(|handle| handle.0.clone())
    }

    /// Makes a state whose functions find this session.
    pub(super) fn enter<R>(self: &Arc<Self>, run: impl FnOnce(&mut State<'_, '_>) -> R) -> R {
        let mut state = self.shared.environment.empty_state();
        state.get_or_insert_extension(Handle(self.clone()));
        let result = run(&mut state);
        // What templates put into these values may lead back to the session.
        drop(std::mem::take(&mut *lock(&self.known)));
        drop(std::mem::take(&mut *lock(&self.added)));
        result
    }

    /// Returns where the template is rendered.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Returns the macros.
    pub fn macros(&self) -> &MacroSet {
        &self.shared.macros
    }

    /// Tells whether a macro runs, not the template itself.
    pub(super) fn in_macro(&self) -> bool {
        self.depth.load(Ordering::Relaxed) > 0
    }

    /// Finds what a name means besides the variables of a template.
    pub fn lookup(self: &Arc<Self>, name: &str) -> Option<Value> {
        if let Some(value) = lock(&self.added).get(name) {
            return Some(value.clone());
        }
        if let Some(value) = self.scope.globals.stand_in(None, name) {
            return Some(value);
        }
        if let Some(found) = self.macros().find(&self.scope.package, name) {
            return Some(match found {
                Found::Macro(entry) => self.function(entry),
                Found::Package(package) => Package::value(self, package),
            });
        }
        self.builtin(name).or_else(|| self.everywhere(name))
    }

    /// Finds a name of the context, past the macros.
    pub fn builtin(self: &Arc<Self>, name: &str) -> Option<Value> {
        match name {
            "context" => Some(Context::value(self)),
            "builtins" => Some(Builtins::value(self)),
            _ => self.global(name).or_else(|| match name {
                "return" => Some(Return::value()),
                _ => None,
            }),
        }
    }

    fn global(&self, name: &str) -> Option<Value> {
        if let Some(known) = lock(&self.known).get(name) {
            return Some(known.clone());
        }
        let value = self.scope.globals.get(name)?;
        lock(&self.known).insert(name.to_owned(), value.clone());
        Some(value)
    }

    /// Finds a function that Jinja has in every template.
    fn everywhere(&self, name: &str) -> Option<Value> {
        self.shared.globals.get(name).cloned()
    }

    /// Makes a macro callable.
    pub fn function(self: &Arc<Self>, entry: &Arc<MacroEntry>) -> Value {
        MacroFunction::value(self, entry)
    }

    /// Finds the macro for `adapter.dispatch(name, namespace)` and makes it callable.
    pub fn dispatch(self: &Arc<Self>, name: &str, namespace: Option<&str>) -> Result<Value, Error> {
        if let Some((suggested, rest)) = name.split_once('.') {
            return Err(failed(format!(
                "In adapter.dispatch, got a macro name of \"{name}\", but \".\" is not a valid macro \
                 name component. Did you mean `adapter.dispatch(\"{rest}\", \
                 macro_namespace=\"{suggested}\")`?"
            )));
        }
        let found = self.macros().dispatch(&self.scope.package, name, namespace);
        let callable = |entry: &Arc<MacroEntry>| {
            let owner = &entry.node.package_name;
            let internal = self.macros().settings().internal.contains(owner);
            let owner = if internal { "dbt" } else { owner };
            let stand_in = self.scope.globals.stand_in(Some(owner), &entry.node.name);
            stand_in.unwrap_or_else(|| self.function(entry))
        };
        found.map(callable).map_err(|searched| {
            let searched: Vec<_> = searched.iter().map(|name| format!("'{name}'")).collect();
            let namespace = namespace.unwrap_or("None");
            failed(format!(
                "In dispatch: No macro named '{name}' found within namespace: '{namespace}'\n    \
                 Searched for: {}",
                searched.join(", ")
            ))
        })
    }

    /// Renders a text in the same context, as the function `render` does.
    pub fn render(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        text: &str,
    ) -> Result<String, Error> {
        if !interpret::has_tags(text) {
            return Ok(text.to_owned());
        }
        let tree = parse(text).map_err(|error| {
            let help = error.help.clone();
            Fault::raise(RenderErrorKind::Syntax, error.message.clone(), None, help)
        })?;
        let unit = Arc::new(Unit {
            tree,
            origin: Origin::Nowhere,
            is_macro: false,
        });
        interpret::check(&unit, state)?;
        let mut run = Run::new(self, state, &unit, Output::text());
        run.template()?;
        Ok(run.output.into_text())
    }

    /// Tells the context of a macro call and runs it.
    pub(super) fn call<R>(
        &self,
        unique_id: &str,
        run: impl FnOnce() -> Result<R, Error>,
    ) -> Result<R, Error> {
        let depth = self.depth.fetch_add(1, Ordering::Relaxed);
        let result = self.nested(|| {
            self.scope.globals.macro_called(unique_id, depth);
            run()
        });
        self.depth.fetch_sub(1, Ordering::Relaxed);
        result
    }

    /// Runs a call with enough stack; too many inside of each other are an error. They are counted
    /// for the thread, since a call can start a rendering of its own.
    pub(super) fn nested<R>(&self, run: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
        self.go_on()?;
        let calls = CALLS.get();
        if calls >= MAX_CALLS {
            let message = format!("more than {MAX_CALLS} calls are inside of each other");
            let help = "end the recursion with a condition".to_owned();
            return Err(Fault::raise(
                RenderErrorKind::Recursion,
                message,
                None,
                Some(help),
            ));
        }
        CALLS.set(calls + 1);
        let result = stacker::maybe_grow(256 * 1024, 2 * 1024 * 1024, run);
        CALLS.set(calls);
        result
    }

    /// Fails once the run is stopped: what loops or calls for hours asks here.
    pub(super) fn go_on(&self) -> Result<(), Error> {
        match self.shared.stop.load(Ordering::Relaxed) {
            true => Err(failed("the template was stopped".to_owned())),
            false => Ok(()),
        }
    }

    /// Finds a name like one that does not exist.
    pub(super) fn suggestion(&self, name: &str) -> Option<String> {
        let globals = self.scope.globals.names();
        let macros = self.macros().names(&self.scope.package);
        let everywhere = self.shared.globals.keys().map(String::as_str);
        let known = globals
            .iter()
            .map(String::as_str)
            .chain(macros)
            .chain(everywhere);
        did_you_mean(name, known)
            .map(|known| format!("did you mean `{known}`?"))
            .or_else(|| PACKAGES.contains(&name).then(|| ADD_PACKAGE.to_owned()))
    }
}

/// The packages that most projects use.
const PACKAGES: [&str; 8] = [
    "audit_helper",
    "codegen",
    "dbt_date",
    "dbt_expectations",
    "dbt_project_evaluator",
    "dbt_utils",
    "elementary",
    "fivetran_utils",
];

const ADD_PACKAGE: &str = "add the package to packages.yml, then run `dsql deps`";

/// Takes a lock; a panic while it was held changes nothing about what it guards.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(message: String) -> Error {
    Error::new(minijinja::ErrorKind::InvalidOperation, message)
}
