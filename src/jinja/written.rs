//! A `config()` call as written: what its arguments are, not what they come to.
//!
//! dbt keeps the text that Python prints of Jinja2's tree, and compares that with an earlier state,
//! so the names of that tree's parts and fields are Jinja2's.

use serde_json::{Map, Value as Json};

use super::Value;
use super::python::repr;
use super::syntax::{
    BinaryOperator, CallArguments, Comparison, Expression, FilterCall, Kind, Slice, Tree, parse,
    walk,
};

/// Returns the named arguments of the first `config()` call of a template; none where there is no
/// call.
pub fn config_as_written(text: &str) -> Option<Map<String, Json>> {
    if !text.contains("config(") {
        return None;
    }
    let tree = parse(text).ok()?;
    let mut call = None;
    walk(&tree, &mut |expression| {
        if let Kind::Call(callee, arguments) = &expression.kind
            && let Kind::Name(name) = callee.kind
            && &**tree.name(name) == "config"
        {
            call.get_or_insert(arguments);
        }
    });
    let keywords = keywords(&tree, &call?.keywords);
    Some(
        keywords
            .map(|(key, text)| (key, Json::from(text)))
            .collect(),
    )
}

type Keyword = (std::sync::Arc<str>, Expression);

fn keywords<'a>(
    tree: &'a Tree,
    keywords: &'a [Keyword],
) -> impl Iterator<Item = (String, String)> + 'a {
    keywords.iter().map(|(key, value)| {
        let (name, value) = (quoted(key), expression(tree, value));
        (
            key.to_string(),
            format!("Keyword(key={name}, value={value})"),
        )
    })
}

fn quoted(text: &str) -> String {
    repr(&Value::from(text))
}

fn all<'a>(tree: &Tree, items: impl IntoIterator<Item = &'a Expression>) -> String {
    let items: Vec<String> = items.into_iter().map(|it| expression(tree, it)).collect();
    format!("[{}]", items.join(", "))
}

fn optional(tree: &Tree, item: Option<&Expression>) -> String {
    item.map_or_else(|| "None".to_owned(), |it| expression(tree, it))
}

fn expression(tree: &Tree, it: &Expression) -> String {
    let one = |it: &Expression| expression(tree, it);
    let pair = |name: &str, [left, right]: &[Expression; 2]| {
        format!("{name}(left={}, right={})", one(left), one(right))
    };
    match &it.kind {
        Kind::Constant(value) => format!("Const(value={})", repr(value)),
        Kind::Name(name) => format!("Name(name={}, ctx='load')", quoted(tree.name(*name))),
        Kind::List(items) => format!("List(items={})", all(tree, items)),
        Kind::Tuple(items) => format!("Tuple(items={}, ctx='load')", all(tree, items)),
        Kind::Dict(items) => {
            let pairs = items.iter();
            let pairs = pairs.map(|(k, v)| format!("Pair(key={}, value={})", one(k), one(v)));
            format!("Dict(items=[{}])", pairs.collect::<Vec<_>>().join(", "))
        }
        Kind::Negative(it) => format!("Neg(node={})", one(it)),
        Kind::Positive(it) => format!("Pos(node={})", one(it)),
        Kind::Not(it) => format!("Not(node={})", one(it)),
        Kind::And(both) => pair("And", both),
        Kind::Or(both) => pair("Or", both),
        Kind::Binary(operator, both) => pair(binary(*operator), both),
        Kind::Concat(items) => format!("Concat(nodes={})", all(tree, items)),
        Kind::Compare(first, others) => {
            let others = others.iter().map(|(operator, it)| {
                format!("Operand(op='{}', expr={})", comparison(*operator), one(it))
            });
            let others = others.collect::<Vec<_>>().join(", ");
            format!("Compare(expr={}, ops=[{others}])", one(first))
        }
        Kind::Conditional(parts) => {
            let (value, condition, otherwise) = &**parts;
            format!(
                "CondExpr(test={}, expr1={}, expr2={})",
                one(condition),
                one(value),
                optional(tree, otherwise.as_ref())
            )
        }
        Kind::Attribute(of, name) => {
            format!(
                "Getattr(node={}, attr={}, ctx='load')",
                one(of),
                quoted(name)
            )
        }
        Kind::Item(both) => {
            let [of, key] = &**both;
            format!("Getitem(node={}, arg={}, ctx='load')", one(of), one(key))
        }
        Kind::Slice(of, part) => {
            format!(
                "Getitem(node={}, arg={}, ctx='load')",
                one(of),
                slice(tree, part)
            )
        }
        Kind::Call(of, with) => format!("Call(node={}, {})", one(of), arguments(tree, with)),
        Kind::Filter(of, filter) => applied("Filter", tree, of, filter),
        Kind::Test(of, test) => applied("Test", tree, of, test),
    }
}

fn applied(kind: &str, tree: &Tree, of: &Expression, it: &FilterCall) -> String {
    let (of, name) = (expression(tree, of), quoted(&it.name));
    let arguments = arguments(tree, &it.arguments);
    format!("{kind}(node={of}, name={name}, {arguments})")
}

fn arguments(tree: &Tree, it: &CallArguments) -> String {
    let named: Vec<String> = keywords(tree, &it.keywords).map(|(_, text)| text).collect();
    format!(
        "args={}, kwargs=[{}], dyn_args={}, dyn_kwargs={}",
        all(tree, &it.positional),
        named.join(", "),
        optional(tree, it.splat.as_ref()),
        optional(tree, it.keyword_splat.as_ref())
    )
}

fn slice(tree: &Tree, it: &Slice) -> String {
    let part = |it: &Option<Expression>| optional(tree, it.as_ref());
    let (start, stop, step) = (part(&it.start), part(&it.stop), part(&it.step));
    format!("Slice(start={start}, stop={stop}, step={step})")
}

fn binary(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "Add",
        BinaryOperator::Sub => "Sub",
        BinaryOperator::Mul => "Mul",
        BinaryOperator::Div => "Div",
        BinaryOperator::FloorDiv => "FloorDiv",
        BinaryOperator::Mod => "Mod",
        BinaryOperator::Pow => "Pow",
    }
}

fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "eq",
        Comparison::NotEqual => "ne",
        Comparison::Less => "lt",
        Comparison::LessEqual => "lteq",
        Comparison::Greater => "gt",
        Comparison::GreaterEqual => "gteq",
        Comparison::In => "in",
        Comparison::NotIn => "notin",
    }
}

#[cfg(test)]
mod tests {
    use super::config_as_written;

    #[test]
    fn arguments_are_printed_as_by_python() {
        let text = "{{ config(materialized=env_var('KIND', default='view'), tags=['a', -1]) }}";
        let found = config_as_written(text).unwrap_or_default();
        let expected = [
            "Keyword(key='materialized', value=Call(node=Name(name='env_var', ctx='load'), \
             args=[Const(value='KIND')], kwargs=[Keyword(key='default', \
             value=Const(value='view'))], dyn_args=None, dyn_kwargs=None))",
            "Keyword(key='tags', value=List(items=[Const(value='a'), Neg(node=Const(value=1))]))",
        ];
        assert!(found.values().eq(expected), "{found:?}");
        assert_eq!(config_as_written("select 1"), None);
        assert_eq!(
            config_as_written("{{ config() }}").map(|it| it.len()),
            Some(0)
        );
    }
}
