//! `modules.itertools`.
use minijinja::Value;

/// Makes `modules.itertools`.
pub fn itertools_module() -> Value {
    Value::from_pairs(Vec::<(&str, Value)>::new())
}
