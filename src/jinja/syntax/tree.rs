//! The tree of a template.

use std::sync::Arc;

use minijinja::Value;

use crate::text::Span;

/// A name of the template: an index into [`Tree::names`].
pub(crate) type Name = u32;

/// A template as read.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The text that was read.
    pub(crate) text: Arc<str>,
    /// All names, each once.
    pub(crate) names: Vec<Arc<str>>,
    /// What to do.
    pub(crate) body: Vec<Statement>,
    /// The blocks in it, for `self`.
    pub(crate) blocks: Vec<Arc<Block>>,
}

impl Tree {
    /// Returns the text of a name.
    pub(crate) fn name(&self, name: Name) -> &Arc<str> {
        &self.names[name as usize]
    }
}

/// A statement.
#[derive(Debug)]
pub(crate) enum Statement {
    /// Text as it stands.
    Data(Span),
    /// `{{ … }}`, one or more values one after the other (`{% print a, b %}`).
    Emit(Vec<Expression>),
    /// `{% if %}`
    If {
        /// Conditions and what follows them.
        branches: Vec<(Expression, Vec<Statement>)>,
        /// `{% else %}`
        otherwise: Vec<Statement>,
    },
    /// `{% for %}`
    For(Arc<For>),
    /// `{% set a = b %}`
    Set(Target, Expression),
    /// `{% set a %}…{% endset %}`
    SetBlock {
        target: Target,
        filters: Vec<FilterCall>,
        body: Vec<Statement>,
    },
    /// `{% with %}`
    With {
        values: Vec<(Target, Expression)>,
        body: Vec<Statement>,
    },
    /// `{% filter %}`
    FilterBlock {
        filters: Vec<FilterCall>,
        body: Vec<Statement>,
    },
    /// `{% call %}`
    Call {
        call: Expression,
        caller: Arc<MacroDefinition>,
    },
    /// `{% macro %}` and the other definitions
    Macro(Arc<MacroDefinition>),
    /// `{% do %}`
    Do(Expression),
    /// `{% block %}`
    Block(Arc<Block>),
    /// `{% autoescape %}`
    AutoEscape {
        enabled: Expression,
        body: Vec<Statement>,
    },
    /// `{% break %}`
    Break,
    /// `{% continue %}`
    Continue,
    /// `{% include %}`, `{% import %}`, `{% from %}`, `{% extends %}`: dbt has no loader for them.
    Loader(Span),
}

/// A `{% for %}` loop.
#[derive(Debug)]
pub(crate) struct For {
    pub(crate) target: Target,
    pub(crate) iterable: Expression,
    pub(crate) condition: Option<Expression>,
    pub(crate) recursive: bool,
    /// The name `loop`, if the body uses it.
    pub(crate) uses_loop: Option<Name>,
    pub(crate) body: Vec<Statement>,
    pub(crate) otherwise: Vec<Statement>,
}

/// A `{% block %}`.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) name: Arc<str>,
    pub(crate) body: Vec<Statement>,
}

/// What is assigned to.
#[derive(Debug)]
pub(crate) enum Target {
    /// A name.
    Name(Name),
    /// An attribute of a namespace.
    Attribute(Name, Arc<str>, Span),
    /// Several targets for the items of a value.
    Several(Vec<Target>, Span),
}

/// The kind of tag that defines a macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MacroKind {
    /// `{% macro %}`
    Macro,
    /// `{% test %}`, `{% data_test %}`
    Test,
    /// `{% materialization %}`
    Materialization,
    /// `{% docs %}`
    Docs,
    /// The body of a `{% call %}`.
    Caller,
}

/// A macro or the body of a call.
#[derive(Debug)]
pub(crate) struct MacroDefinition {
    pub(crate) kind: MacroKind,
    /// The name that the file gives it: `test_x`, `materialization_view_default`.
    pub(crate) name: Arc<str>,
    /// The variable that holds it where it stands inside of a template.
    pub(crate) local: Name,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Vec<Statement>,
    /// Names of the tree that stand for the special values, if the body uses them.
    pub(crate) caller: Option<Name>,
    pub(crate) varargs: Option<Name>,
    pub(crate) kwargs: Option<Name>,
}

/// A parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    pub(crate) default: Option<Expression>,
}

/// An expression with its bytes.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// What an expression does.
#[derive(Debug)]
pub(crate) enum Kind {
    Constant(Value),
    Name(Name),
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    Dict(Vec<(Expression, Expression)>),
    Negative(Box<Expression>),
    Positive(Box<Expression>),
    Not(Box<Expression>),
    And(Box<[Expression; 2]>),
    Or(Box<[Expression; 2]>),
    Binary(BinaryOperator, Box<[Expression; 2]>),
    Concat(Vec<Expression>),
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    /// Value, condition, and what else.
    Conditional(Box<(Expression, Expression, Option<Expression>)>),
    Attribute(Box<Expression>, Arc<str>),
    Item(Box<[Expression; 2]>),
    Slice(Box<Expression>, Box<Slice>),
    Call(Box<Expression>, Box<CallArguments>),
    Filter(Box<Expression>, Box<FilterCall>),
    Test(Box<Expression>, Box<FilterCall>),
}

/// `start:stop:step`
#[derive(Debug)]
pub(crate) struct Slice {
    pub(crate) start: Option<Expression>,
    pub(crate) stop: Option<Expression>,
    pub(crate) step: Option<Expression>,
}

/// A filter or test with its arguments.
#[derive(Debug)]
pub(crate) struct FilterCall {
    pub(crate) name: Arc<str>,
    pub(crate) arguments: CallArguments,
    pub(crate) span: Span,
}

/// What stands between the parentheses of a call.
#[derive(Debug, Default)]
pub(crate) struct CallArguments {
    pub(crate) positional: Vec<Expression>,
    pub(crate) keywords: Vec<(Arc<str>, Expression)>,
    /// `*list`
    pub(crate) splat: Option<Expression>,
    /// `**dict`
    pub(crate) keyword_splat: Option<Expression>,
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BinaryOperator {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
}
