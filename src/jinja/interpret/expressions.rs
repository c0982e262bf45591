//! Expressions.

use minijinja::value::Tuple;
use minijinja::{Error, Value};

use super::filters::is_about_undefined;
use super::run::Run;
use crate::jinja::library;
use crate::jinja::python::{
    self, Class, Dict, Key, List, add, attribute, contains, div, equal, floor_div, item, markup,
    modulo, mul, negative, ordered, positive, pow, slice, sub, write_text,
};
use crate::jinja::syntax::{BinaryOperator, Comparison, Expression, Kind, Slice};

impl Run<'_, '_, '_> {
    /// Evaluates an expression.
    pub(super) fn eval(&mut self, it: &Expression) -> Result<Value, Error> {
        match &it.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Name(name) => Ok(self.name(*name).unwrap_or_default()),
            _ => stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.eval_compound(it)),
        }
    }

    fn eval_compound(&mut self, it: &Expression) -> Result<Value, Error> {
        match &it.kind {
            Kind::Constant(_) | Kind::Name(_) => self.eval(it),
            Kind::List(items) => self.all(items).map(List::value),
            Kind::Tuple(items) => Ok(Value::from(Tuple::from(self.all(items)?))),
            Kind::Dict(entries) => self.dict(entries),
            Kind::Negative(operand) => {
                let value = self.operand(operand)?;
                let result = negative(self.state, &value);
                self.at(it.span, result)
            }
            Kind::Positive(operand) => {
                let value = self.operand(operand)?;
                let result = positive(self.state, &value);
                self.at(it.span, result)
            }
            Kind::Not(operand) => Ok(Value::from(!self.eval(operand)?.is_true())),
            Kind::And(pair) => {
                let left = self.eval(&pair[0])?;
                if left.is_true() {
                    self.eval(&pair[1])
                } else {
                    Ok(left)
                }
            }
            Kind::Or(pair) => {
                let left = self.eval(&pair[0])?;
                if left.is_true() {
                    Ok(left)
                } else {
                    self.eval(&pair[1])
                }
            }
            Kind::Binary(operator, pair) => self.binary(*operator, pair, it),
            Kind::Concat(items) => self.concat(items),
            Kind::Compare(first, rest) => self.compare(first, rest, it),
            Kind::Conditional(parts) => {
                let (value, condition, otherwise) = parts.as_ref();
                match (self.eval(condition)?.is_true(), otherwise) {
                    (true, _) => self.eval(value),
                    (false, Some(otherwise)) => self.eval(otherwise),
                    (false, None) => {
                        self.missed = Some((it.span, Value::UNDEFINED, Value::UNDEFINED));
                        Ok(Value::UNDEFINED)
                    }
                }
            }
            Kind::Attribute(object, name) => self.attribute(object, name, it),
            Kind::Item(pair) => self.item(pair, it),
            Kind::Slice(object, bounds) => self.slice(object, bounds, it),
            Kind::Call(callee, arguments) => self.call(callee, arguments, None, it.span),
            Kind::Filter(subject, filter) => {
                let value = self.eval(subject)?;
                let undefined = value.is_undefined();
                match self.filter(value, filter) {
                    Err(error) if undefined && is_about_undefined(&error) => {
                        Err(self.undefined(subject))
                    }
                    result => result,
                }
            }
            Kind::Test(subject, test) => {
                let value = self.eval(subject)?;
                self.test(value, test).map(Value::from)
            }
        }
    }

    fn all(&mut self, items: &[Expression]) -> Result<Vec<Value>, Error> {
        items.iter().map(|item| self.eval(item)).collect()
    }

    /// Evaluates an operand that must be defined.
    fn operand(&mut self, it: &Expression) -> Result<Value, Error> {
        let value = self.eval(it)?;
        self.defined(&value, it)?;
        Ok(value)
    }

    fn dict(&mut self, entries: &[(Expression, Expression)]) -> Result<Value, Error> {
        let mut dict = indexmap::IndexMap::with_capacity(entries.len());
        for (key, value) in entries {
            let read = self.eval(key)?;
            let checked = Key::checked(read);
            let read = self.at(key.span, checked)?;
            let value = self.eval(value)?;
            dict.insert(read, value);
        }
        Ok(Value::from_object(Dict::new(dict)))
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        pair: &[Expression; 2],
        it: &Expression,
    ) -> Result<Value, Error> {
        let (a, b) = (self.eval(&pair[0])?, self.eval(&pair[1])?);
        let formats = operator == BinaryOperator::Mod && Class::of(&a) == Class::Text;
        self.defined(&a, &pair[0])?;
        if !formats {
            self.defined(&b, &pair[1])?;
        }
        let state = &mut *self.state;
        let result = match operator {
            BinaryOperator::Add => add(state, &a, &b),
            BinaryOperator::Sub => sub(state, &a, &b),
            BinaryOperator::Mul => mul(state, &a, &b),
            BinaryOperator::Div => div(state, &a, &b),
            BinaryOperator::FloorDiv => floor_div(state, &a, &b),
            BinaryOperator::Mod if formats => modulo(state, &a, &b),
            BinaryOperator::Mod => modulo(state, &a, &b),
            BinaryOperator::Pow => pow(state, &a, &b),
        };
        self.at(it.span, result)
    }

    fn concat(&mut self, items: &[Expression]) -> Result<Value, Error> {
        let values = self.all(items)?;
        if self.escape && values.iter().any(Value::is_safe) {
            return Ok(markup(&values));
        }
        let mut text = String::new();
        for value in &values {
            write_text(&mut text, value);
        }
        Ok(Value::from(text))
    }

    fn compare(
        &mut self,
        first: &Expression,
        rest: &[(Comparison, Expression)],
        it: &Expression,
    ) -> Result<Value, Error> {
        let mut left = (self.eval(first)?, first);
        for (comparison, operand) in rest {
            let right = (self.eval(operand)?, operand);
            let holds = self.holds(*comparison, (&left.0, left.1), (&right.0, right.1));
            if !self.at(it.span, holds)? {
                return Ok(Value::from(false));
            }
            left = right;
        }
        Ok(Value::from(true))
    }

    fn holds(
        &self,
        comparison: Comparison,
        (a, left): (&Value, &Expression),
        (b, right): (&Value, &Expression),
    ) -> Result<bool, Error> {
        let operator = match comparison {
            Comparison::Equal => return Ok(equal(a, b)),
            Comparison::NotEqual => return Ok(!equal(a, b)),
            Comparison::In => return contains(b, a),
            Comparison::NotIn => return contains(b, a).map(|found| !found),
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
        };
        self.defined(a, left)?;
        self.defined(b, right)?;
        ordered(operator, a, b)
    }

    fn attribute(
        &mut self,
        object: &Expression,
        name: &str,
        it: &Expression,
    ) -> Result<Value, Error> {
        let value = self.eval(object)?;
        if value.is_undefined() {
            return self.attribute_of_undefined(object);
        }
        match attribute(&value, name) {
            Some(found) => {
                let found = python::valid(found);
                self.at(it.span, found)
            }
            None => {
                let missing = library::row_lacks(&value, name);
                self.at(it.span, missing)?;
                self.missed = Some((it.span, value, Value::from(name)));
                Ok(Value::UNDEFINED)
            }
        }
    }

    fn attribute_of_undefined(&self, object: &Expression) -> Result<Value, Error> {
        match self.is_lenient(object) {
            true => Ok(Value::UNDEFINED),
            false => Err(self.undefined(object)),
        }
    }

    fn item(&mut self, pair: &[Expression; 2], it: &Expression) -> Result<Value, Error> {
        let (value, key) = (self.eval(&pair[0])?, self.eval(&pair[1])?);
        if value.is_undefined() {
            return self.attribute_of_undefined(&pair[0]);
        }
        match item(&value, &key) {
            Some(found) => {
                let found = python::valid(found);
                self.at(it.span, found)
            }
            None => {
                let missing = library::row_lacks(&value, key.as_str().unwrap_or_default());
                self.at(it.span, missing)?;
                self.missed = Some((it.span, value, key));
                Ok(Value::UNDEFINED)
            }
        }
    }

    fn slice(
        &mut self,
        object: &Expression,
        bounds: &Slice,
        it: &Expression,
    ) -> Result<Value, Error> {
        let value = self.eval(object)?;
        if value.is_undefined() {
            return self.attribute_of_undefined(object);
        }
        let mut part = |part: &Option<Expression>| match part {
            Some(part) => self.eval(part),
            None => Ok(Value::from(())),
        };
        let (start, stop, step) = (
            part(&bounds.start)?,
            part(&bounds.stop)?,
            part(&bounds.step)?,
        );
        let result = slice(&value, &start, &stop, &step);
        self.at(it.span, result)
    }
}
