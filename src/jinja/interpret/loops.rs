//! `for` loops and the `loop` variable.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::output::Output;
use super::run::{Locals, Run, Unit};
use super::statements::Next;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::object::CLASS;
use crate::jinja::python::{Items, equal, items};
use crate::jinja::session::Session;
use crate::jinja::syntax::For;

impl Run<'_, '_, '_> {
    /// Runs a loop.
    pub(super) fn for_loop(&mut self, it: &Arc<For>) -> Result<Next, Error> {
        let iterable = self.eval(&it.iterable)?;
        self.turns(it, &iterable, 0)?;
        Ok(Next::Statement)
    }

    fn turns(&mut self, it: &Arc<For>, iterable: &Value, depth: usize) -> Result<(), Error> {
        let all = items(iterable);
        let mut all = self.at(it.iterable.span, all)?;
        if it.condition.is_some() {
            all = Items::from(self.chosen(it, all)?);
        }
        let mut empty = true;
        let turns = match it.uses_loop {
            Some(name) => {
                let state = Arc::new(LoopVariable {
                    place: Mutex::new(Place::new(all)),
                    depth,
                    recursion: it.recursive.then(|| Recursion::new(self, it)),
                });
                let variable = Value::from_dyn_object(state.clone());
                let mut step = || state.place().step();
                self.each(it, &mut empty, &mut step, Some((name, variable)))
            }
            None => self.each(it, &mut empty, &mut || all.next(), None),
        };
        turns?;
        match empty {
            true => self.scoped(|run| run.body(&it.otherwise)).map(|_| ()),
            false => Ok(()),
        }
    }

    fn each(
        &mut self,
        it: &For,
        empty: &mut bool,
        step: &mut dyn FnMut() -> Option<Result<Value, Error>>,
        variable: Option<(u32, Value)>,
    ) -> Result<(), Error> {
        while let Some(item) = step() {
            let item = self.session.go_on().and(item);
            let item = self.at(it.iterable.span, item)?;
            let next = self.scoped(|run| {
                if let Some((name, variable)) = &variable {
                    run.locals.push((*name, variable.clone()));
                }
                run.assign(&it.target, item)?;
                run.body(&it.body)
            })?;
            match next {
                // As in Jinja2, only a turn that runs to its end keeps `else` away.
                Next::Statement => *empty = false,
                Next::Turn => {}
                Next::AfterLoop => break,
            }
        }
        Ok(())
    }

    /// Keeps the items for which the loop's condition holds.
    fn chosen(&mut self, it: &For, all: Items) -> Result<Vec<Value>, Error> {
        let Some(condition) = &it.condition else {
            return all.collect();
        };
        let mut chosen = Vec::new();
        for item in all {
            let item = self.session.go_on().and(item);
            let item = self.at(it.iterable.span, item)?;
            let kept = self.scoped(|run| {
                run.assign(&it.target, item.clone())?;
                run.eval(condition).map(|value| value.is_true())
            })?;
            if kept {
                chosen.push(item);
            }
        }
        Ok(chosen)
    }
}

/// `loop`.
struct LoopVariable {
    place: Mutex<Place>,
    depth: usize,
    recursion: Option<Recursion>,
}

impl LoopVariable {
    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a loop is among its items.
struct Place {
    rest: Items,
    /// How many items have been given out.
    given: usize,
    previous: Option<Value>,
    current: Option<Value>,
    /// The item after the current one, once someone asked.
    next: Option<Option<Value>>,
    length: Option<usize>,
    changed: Option<Vec<Value>>,
    failure: Option<Error>,
}

impl Place {
    fn new(rest: Items) -> Self {
        Self {
            rest,
            given: 0,
            previous: None,
            current: None,
            next: None,
            length: None,
            changed: None,
            failure: None,
        }
    }

    fn step(&mut self) -> Option<Result<Value, Error>> {
        if let Some(failure) = self.failure.take() {
            return Some(Err(failure));
        }
        let next = match self.next.take() {
            Some(next) => next?,
            None => match self.rest.next()? {
                Ok(next) => next,
                Err(error) => return Some(Err(error)),
            },
        };
        self.given += 1;
        self.previous = self.current.replace(next.clone());
        Some(Ok(next))
    }

    fn peek(&mut self) -> Option<Value> {
        if self.next.is_none() {
            let next = match self.rest.next() {
                Some(Err(error)) => {
                    self.failure = Some(error);
                    None
                }
                next => next.and_then(Result::ok),
            };
            self.next = Some(next);
        }
        self.next.clone().flatten()
    }

    fn length(&mut self) -> usize {
        if let Some(length) = self.length {
            return length;
        }
        let ahead = usize::from(matches!(self.next, Some(Some(_))));
        let rest = match self.rest.known_length() {
            Some(rest) => rest,
            None => {
                let mut all = Vec::new();
                for item in self.rest.by_ref() {
                    match item {
                        Ok(item) => all.push(item),
                        Err(error) => {
                            self.failure = Some(error);
                            break;
                        }
                    }
                }
                let rest = all.len();
                self.rest = Items::from(all);
                rest
            }
        };
        let length = self.given + ahead + rest;
        self.length = Some(length);
        length
    }
}

impl fmt::Debug for LoopVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = self.place();
        let (given, length) = (place.given, place.length());
        write!(f, "<LoopContext {given}/{length}>")
    }
}

impl Object for LoopVariable {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let mut place = self.place();
        let given = place.given;
        Some(match key.as_str()? {
            "index" => Value::from(given),
            "index0" => Value::from(given.saturating_sub(1)),
            "revindex" => Value::from((place.length() + 1).saturating_sub(given)),
            "revindex0" => Value::from(place.length().saturating_sub(given)),
            "first" => Value::from(given == 1),
            "last" => Value::from(place.peek().is_none()),
            "length" => Value::from(place.length()),
            "depth" => Value::from(self.depth + 1),
            "depth0" => Value::from(self.depth),
            "previtem" => return place.previous.clone(),
            "nextitem" => return place.peek(),
            CLASS => Value::from("LoopContext"),
            _ => return None,
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let mut place = self.place();
        match method {
            "cycle" => {
                let at = place.given.saturating_sub(1).checked_rem(args.len());
                let item = at.and_then(|at| args.get(at));
                item.cloned()
                    .ok_or_else(|| type_error("no items for cycling given"))
            }
            "changed" => {
                let same = place.changed.as_ref().is_some_and(|last| {
                    last.len() == args.len() && last.iter().zip(args).all(|(a, b)| equal(a, b))
                });
                place.changed = Some(args.to_vec());
                Ok(Value::from(!same))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let Some(recursion) = &self.recursion else {
            return Err(type_error(
                "The loop must have the 'recursive' marker to be called recursively.",
            ));
        };
        match args {
            [iterable] => recursion.run(state, iterable, self.depth + 1),
            _ => Err(type_error("loop() takes one argument")),
        }
    }
}

/// What a recursive loop needs to run again inside of itself.
struct Recursion {
    session: Arc<Session>,
    unit: Arc<Unit>,
    it: Arc<For>,
    locals: Locals,
    escape: bool,
}

impl Recursion {
    fn new(run: &Run<'_, '_, '_>, it: &Arc<For>) -> Self {
        Self {
            session: run.session.clone(),
            unit: run.unit.clone(),
            it: it.clone(),
            locals: run.locals.clone(),
            escape: run.escape,
        }
    }

    fn run(
        &self,
        state: &mut State<'_, '_>,
        iterable: &Value,
        depth: usize,
    ) -> Result<Value, Error> {
        let mut run = Run::new(&self.session, state, &self.unit, Output::text());
        run.locals.clone_from(&self.locals);
        run.escape = self.escape;
        self.session
            .nested(|| run.turns(&self.it, iterable, depth))?;
        Ok(Value::from(run.output.into_text()))
    }
}
