//! Which of Python's classes a value is of.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::list::List;
use super::range::Range;
use super::set::Set;
use crate::jinja::library::named_tuple::NamedTuple;

/// The classes that operators tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Undefined,
    None,
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Tuple,
    /// A [`List`], or a sequence of minijinja, which cannot be changed.
    List,
    /// A [`super::Dict`], or a map of another kind, which cannot be changed.
    Dict,
    Set,
    Range,
    /// Every other object.
    Other,
}

impl Class {
    /// Finds the class of a value.
    pub(crate) fn of(value: &Value) -> Self {
        match value.kind() {
            ValueKind::Undefined => Self::Undefined,
            ValueKind::None => Self::None,
            ValueKind::Bool => Self::Bool,
            ValueKind::Number if value.is_integer() => Self::Int,
            ValueKind::Number => Self::Float,
            ValueKind::String => Self::Text,
            ValueKind::Bytes => Self::Bytes,
            ValueKind::Map => Self::Dict,
            ValueKind::Seq if value.downcast_object_ref::<List>().is_some() => Self::List,
            ValueKind::Seq if value.is_tuple() => Self::Tuple,
            ValueKind::Seq if value.downcast_object_ref::<NamedTuple>().is_some() => Self::Tuple,
            ValueKind::Seq if value.downcast_object_ref::<Range>().is_some() => Self::Range,
            ValueKind::Seq => Self::List,
            ValueKind::Iterable if value.downcast_object_ref::<Set>().is_some() => Self::Set,
            _ => Self::Other,
        }
    }
}
