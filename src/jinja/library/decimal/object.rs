//! Decimals as templates see them.

use std::cmp::Ordering;
use std::sync::Arc;

use minijinja::value::Tuple;
use minijinja::{Error, State, Value};

use super::arithmetic::Rounding;
use super::{Decimal, Kind, compare};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{overflow_error, type_error, value_error};
use crate::jinja::library::number::int_argument;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};

impl PythonObject for Decimal {
    const TYPE: &'static str = "decimal.Decimal";
    const METHODS: &'static [&'static str] = &[
        "normalize",
        "quantize",
        "to_integral",
        "to_integral_value",
        "is_nan",
        "is_finite",
        "is_infinite",
        "is_zero",
        "is_signed",
        "as_tuple",
        "copy_abs",
        "copy_negate",
        "conjugate",
    ];

    fn str(&self) -> String {
        self.to_string()
    }

    fn repr(&self) -> String {
        format!("Decimal('{self}')")
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        if let ("__round__", [places]) = (name, args) {
            return Ok(self.to_places(int_argument(places)?).into());
        }
        if let ("quantize", [like, ..]) = (name, args) {
            let like = Self::of(like).ok_or_else(|| type_error("quantize() needs a number"))?;
            let Kind::Finite(_, exponent) = like.kind else {
                return Err(value_error("quantize() needs a finite number"));
            };
            return Ok(self.to_places(-i64::from(exponent)).into());
        }
        if let (true, [other]) = (name.starts_with("__"), args) {
            return self.operate(name, other);
        }
        bind(name, [], 0, args)?;
        Ok(match name {
            "__neg__" => self.negated().into(),
            "__pos__" => (**self).clone().rounded().into(),
            "__abs__" if self.negative => self.negated().into(),
            "__abs__" => (**self).clone().rounded().into(),
            "__round__" | "__floor__" | "__ceil__" => {
                let rounding = match name {
                    "__round__" => Rounding::Nearest,
                    "__floor__" => Rounding::Down,
                    _ => Rounding::Up,
                };
                let whole = self.to_whole(rounding).ok_or_else(|| self.not_whole())?;
                Value::from(whole)
            }
            "__int__" | "__trunc__" => Value::from(self.to_i128().ok_or_else(|| self.not_whole())?),
            "__float__" => Value::from(self.to_f64()),
            "normalize" => self.normalized().rounded().into(),
            "to_integral" | "to_integral_value" => match &self.kind {
                Kind::Finite(_, exponent) if *exponent < 0 => self.to_places(0).into(),
                _ => (**self).clone().into(),
            },
            "is_nan" => Value::from(self.kind == Kind::NaN),
            "is_finite" => Value::from(self.is_finite()),
            "is_infinite" => Value::from(self.kind == Kind::Infinity),
            "is_zero" => Value::from(self.is_zero()),
            "is_signed" => Value::from(self.negative),
            "copy_abs" => Self {
                negative: false,
                ..(**self).clone()
            }
            .into(),
            "copy_negate" => Self {
                negative: !self.negative,
                ..(**self).clone()
            }
            .into(),
            "conjugate" => (**self).clone().into(),
            "as_tuple" => self.tuple(),
            _ => return Err(not_implemented()),
        })
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        self.compare(other)
    }

    fn truth(&self) -> bool {
        !self.is_zero()
    }
}
python_object!(Decimal);

impl Decimal {
    fn not_whole(&self) -> Error {
        match self.kind {
            Kind::NaN => value_error("cannot convert NaN to integer"),
            Kind::Infinity => overflow_error("cannot convert Infinity to integer"),
            Kind::Finite(..) => {
                overflow_error("whole numbers of more than 128 bits are not supported")
            }
        }
    }

    fn tuple(&self) -> Value {
        let (digits, exponent) = match &self.kind {
            Kind::Finite(digits, exponent) => (digits.text(), Value::from(*exponent)),
            Kind::Infinity => ("0".to_owned(), Value::from("F")),
            Kind::NaN => (String::new(), Value::from("n")),
        };
        let digits = digits.bytes().map(|digit| Value::from(digit - b'0'));
        let digits = Value::from(Tuple::from(digits.collect::<Vec<_>>()));
        Value::from((i32::from(self.negative), digits, exponent))
    }

    fn operate(&self, operator: &str, other: &Value) -> Result<Value, Error> {
        let me = || Value::from(self.clone());
        let ordering = match operator {
            "__lt__" | "__le__" | "__gt__" | "__ge__" | "__eq__" => compare(&me(), other),
            _ => {
                let other = Self::of(other).ok_or_else(not_implemented)?;
                return self.calculate(operator, &other);
            }
        };
        let order = ordering.ok_or_else(not_implemented)?;
        Ok(Value::from(match operator {
            "__lt__" => order.is_lt(),
            "__le__" => order.is_le(),
            "__gt__" => order.is_gt(),
            "__ge__" => order.is_ge(),
            _ => order.is_eq(),
        }))
    }

    fn calculate(&self, operator: &str, other: &Self) -> Result<Value, Error> {
        Ok(match operator {
            "__add__" | "__radd__" => self.plus(other)?,
            "__sub__" => self.minus(other)?,
            "__rsub__" => other.minus(self)?,
            "__mul__" | "__rmul__" => self.times(other)?,
            "__truediv__" => self.over(other)?,
            "__rtruediv__" => other.over(self)?,
            "__floordiv__" => self.div_rem(other)?.0,
            "__rfloordiv__" => other.div_rem(self)?.0,
            "__mod__" => self.div_rem(other)?.1,
            "__rmod__" => other.div_rem(self)?.1,
            "__pow__" => self.power(whole_power(other)?)?,
            "__rpow__" => other.power(whole_power(self)?)?,
            _ => return Err(not_implemented()),
        }
        .into())
    }
}

fn whole_power(exponent: &Decimal) -> Result<i64, Error> {
    exponent
        .whole()
        .and_then(|whole| i64::try_from(whole).ok())
        .ok_or_else(|| value_error("a decimal can be raised to whole powers only"))
}

impl From<Decimal> for Value {
    fn from(decimal: Decimal) -> Self {
        Self::from_object(decimal)
    }
}
