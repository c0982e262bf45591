//! The body of a call, and macros inside of templates: they see the variables around them.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::arguments::CallValues;
use super::output::Output;
use super::run::{Locals, Run, Unit};
use crate::jinja::library::object::CLASS;
use crate::jinja::session::Session;
use crate::jinja::syntax::MacroDefinition;

/// A definition with the variables that were there when it was reached.
pub(super) struct Closure {
    session: Arc<Session>,
    unit: Arc<Unit>,
    definition: Arc<MacroDefinition>,
    locals: Locals,
    escape: bool,
}

impl Closure {
    pub(super) fn value(run: &Run<'_, '_, '_>, definition: &Arc<MacroDefinition>) -> Value {
        Value::from_object(Self {
            session: run.session.clone(),
            unit: run.unit.clone(),
            definition: definition.clone(),
            locals: run.locals.clone(),
            escape: run.escape,
        })
    }

    pub(super) fn run(
        &self,
        state: &mut State<'_, '_>,
        values: CallValues,
    ) -> Result<Value, Error> {
        let mut run = Run::new(&self.session, state, &self.unit, Output::text());
        run.locals.clone_from(&self.locals);
        run.scope = run.locals.len();
        run.escape = self.escape;
        self.session
            .nested(|| run.macro_body(&self.definition, values).map(Value::from))
    }
}

impl fmt::Debug for Closure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Macro '{}'>", self.definition.name)
    }
}

impl Object for Closure {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            CLASS => Some(Value::from("Macro")),
            "name" => Some(Value::from(self.definition.name.as_ref())),
            _ => None,
        }
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        Closure::run(self, state, CallValues::from_args(args))
    }
}

/// `self`: the blocks of the template, each a function that gives its text.
pub(super) struct Blocks {
    session: Arc<Session>,
    unit: Arc<Unit>,
    locals: Locals,
}

impl Blocks {
    pub(super) fn value(run: &Run<'_, '_, '_>) -> Value {
        Value::from_object(Self {
            session: run.session.clone(),
            unit: run.unit.clone(),
            locals: run.locals.clone(),
        })
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<TemplateReference>")
    }
}

impl Object for Blocks {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        _args: &[Value],
    ) -> Result<Value, Error> {
        let mut blocks = self.unit.tree.blocks.iter();
        let Some(block) = blocks.find(|block| *block.name == *method) else {
            return Err(Error::from(minijinja::ErrorKind::UnknownMethod));
        };
        // A block that calls itself goes through the same guard as a macro.
        self.session.nested(|| {
            let mut run = Run::new(&self.session, state, &self.unit, Output::text());
            run.locals.clone_from(&self.locals);
            run.scoped(|run| run.body(&block.body))?;
            Ok(Value::from(run.output.into_text()))
        })
    }
}
