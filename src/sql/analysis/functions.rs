//! Calls of functions.

use sqlparser::ast::{
    Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArgumentClause,
    FunctionArguments, LambdaFunction, NamedWindowExpr, WindowSpec, WindowType,
};

use super::arity::arity;
use super::flow::{Flow, Made};
use super::grouping::argument_count;
use super::masks::masks;
use super::names::bare;
use super::pairs::Use;
use super::scope::Scope;
use super::stars::{idents, last};
use super::{Analyzer, Call, MistakeKind};
use crate::sql::children::argument;
use crate::sql::grammar::Grammar;
use crate::sql::types::{SqlType, common, returned};

/// Functions that make one value of many rows.
pub(super) const AGGREGATES: &[&str] = &[
    "any_value",
    "approx_count_distinct",
    "approx_distinct",
    "approx_percentile",
    "approx_quantile",
    "approx_top_count",
    "approx_top_k",
    "arbitrary",
    "arg_max",
    "arg_max_null",
    "arg_min",
    "arg_min_null",
    "argmax",
    "argmin",
    "array_agg",
    "array_concat_agg",
    "array_unique_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bitstring_agg",
    "bool_and",
    "bool_or",
    "booland_agg",
    "boolor_agg",
    "collect_list",
    "collect_set",
    "corr",
    "count",
    "count_if",
    "count_star",
    "countif",
    "covar_pop",
    "covar_samp",
    "entropy",
    "every",
    "favg",
    "first",
    "fsum",
    "geomean",
    "geometric_mean",
    "group_concat",
    "hash_agg",
    "histogram",
    "hll_count.init",
    "json_agg",
    "json_arrayagg",
    "json_group_array",
    "json_group_object",
    "json_group_structure",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_object_agg",
    "kahan_sum",
    "kurtosis",
    "kurtosis_pop",
    "last",
    "list",
    "listagg",
    "logical_and",
    "logical_or",
    "mad",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "object_agg",
    "percentile",
    "percentile_approx",
    "percentile_cont",
    "percentile_disc",
    "product",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "reservoir_quantile",
    "skewness",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "stdev",
    "stdevp",
    "string_agg",
    "sum",
    "sum_no_overflow",
    "sumkahan",
    "total",
    "var",
    "var_pop",
    "var_samp",
    "variance",
    "variance_pop",
    "variance_samp",
    "varp",
];

/// DuckDB's functions that make a list of what another function makes of each element, and of its place.
const MAPS_ELEMENTS: &[&str] = &[
    "apply",
    "array_apply",
    "array_transform",
    "list_apply",
    "list_transform",
];

/// Functions that leave elements out of a list.
const FILTERS_ELEMENTS: &[&str] = &["array_filter", "filter", "list_filter"];

fn goes_through_elements(name: &str) -> bool {
    MAPS_ELEMENTS.contains(&name) || FILTERS_ELEMENTS.contains(&name)
}

fn lambda(argument: &FunctionArg) -> Option<&LambdaFunction> {
    match self::argument(argument)? {
        sqlparser::ast::Expr::Lambda(lambda) => Some(lambda),
        _ => None,
    }
}

/// Tells whether a call makes one value of many rows.
pub(super) fn is_aggregate(function: &Function) -> bool {
    let name = called(function);
    let is_listed = name.is_some_and(|it| AGGREGATES.binary_search(&it.as_str()).is_ok());
    is_listed && function.over.is_none()
}

/// Tells whether a call is known to make a value of the values of one row.
pub(super) fn is_scalar(function: &Function) -> bool {
    called(function).is_some_and(|it| arity(&it).is_some())
}

/// Writes the type of a value that has one of its own: that of a constant depends on what takes it.
fn certain((value, sql_type): (&FunctionArg, &SqlType)) -> Option<String> {
    use sqlparser::ast::Expr::{Cast, CompoundIdentifier, Identifier};
    let value = bare(argument(value)?);
    let is_own = matches!(value, Identifier(_) | CompoundIdentifier(_) | Cast { .. });
    sql_type
        .kind()
        .filter(|_| is_own)
        .map(|_| sql_type.to_string())
}

/// Returns the name of a function that stands alone, in lower case.
fn called(function: &Function) -> Option<String> {
    match function.name.0.as_slice() {
        [_] => Some(last(&function.name)?.to_lowercase()),
        _ => None,
    }
}

/// Tells whether a function, in lower case, makes one value of many rows.
pub(in crate::sql) fn aggregates(name: &str) -> bool {
    AGGREGATES.binary_search(&name).is_ok()
}

impl Analyzer<'_> {
    pub(super) fn call(&mut self, function: &Function, scope: &Scope<'_>) -> Flow {
        let name = last(&function.name).unwrap_or_default().to_lowercase();
        if matches!(&*name, "columns" | "unpack") && self.grammar == Grammar::DuckDb {
            // Which columns are meant is not followed.
            let mut all = Self::all_of(scope).typed(SqlType::Unknown);
            all.is_known = false;
            return all;
        }
        let is_window = function.over.is_some();
        let made = match AGGREGATES.binary_search(&name.as_str()) {
            _ if is_window => Made::Window,
            Ok(_) => Made::Aggregate,
            Err(_) => Made::Expression,
        };
        let (mut parts, mut types) = (Vec::new(), Vec::new());
        // `value.function(…)`: the value is the first argument.
        if function.name.0.len() > 1
            && let Some(before) = idents(&function.name)
            && let Some((_, before)) = before.split_last()
            && let Some(value) = self.if_column(before, scope)
        {
            types.push(value.sql_type.clone());
            parts.push(value);
        }
        match &function.args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => {
                let query = sqlparser::ast::Expr::Subquery(query.clone());
                parts.push(self.expression(&query, scope));
            }
            FunctionArguments::List(list) => {
                for argument in &list.args {
                    let is_condition = parts.is_empty() && matches!(&*name, "if" | "iff");
                    let flow = match (lambda(argument), types.first()) {
                        (Some(of), Some(list)) if goes_through_elements(&name) => {
                            let types = [list.element(), SqlType::BIGINT];
                            self.lambda(of, &types, scope)
                        }
                        _ => self.argument(argument, &name, scope),
                    };
                    types.push(flow.sql_type.clone());
                    parts.push(match is_condition {
                        true => flow.then(Made::Condition),
                        false => flow,
                    });
                }
                for clause in &list.clauses {
                    match clause {
                        FunctionArgumentClause::Where(filter) => {
                            parts.push(self.expression(filter, scope).then(Made::Condition));
                        }
                        FunctionArgumentClause::OrderBy(keys) => {
                            for key in keys {
                                let flow = self.expression(&key.expr, scope);
                                parts.push(flow.then(Made::Condition));
                            }
                        }
                        FunctionArgumentClause::Having(bound) => {
                            parts.push(self.expression(&bound.1, scope).then(Made::Condition));
                        }
                        _ => {}
                    }
                }
            }
        }
        if let FunctionArguments::List(list) = &function.parameters {
            for argument in &list.args {
                parts.push(self.argument(argument, &name, scope));
            }
        }
        for key in &function.within_group {
            let flow = self.expression(&key.expr, scope);
            if name.starts_with("percentile") || name == "mode" {
                types.insert(0, flow.sql_type.clone());
            }
            parts.push(flow);
        }
        if let Some(filter) = &function.filter {
            parts.push(self.expression(filter, scope).then(Made::Condition));
        }
        match &function.over {
            Some(WindowType::WindowSpec(spec)) => self.window(spec, scope, &mut parts),
            Some(WindowType::NamedWindow(name)) => {
                self.named_window(&name.value, scope, &mut parts)
            }
            None => {}
        }
        self.count_arguments(function);
        self.note_call(function, &types);
        if matches!(&*name, "coalesce" | "ifnull" | "nvl" | "greatest" | "least") {
            self.choices(function, &types);
        }
        let sql_type = match (name.as_str(), parts.as_slice()) {
            ("struct_pack" | "row" | "struct", _) => fields(function, &types),
            ("round", _) => rounded(function, types.first()),
            (name, _) if MAPS_ELEMENTS.contains(&name) => match types.pop() {
                Some(element) if types.len() == 1 && element.is_known() => {
                    SqlType::List(Box::new(element.settled()))
                }
                _ => SqlType::Unknown,
            },
            _ => returned(&name, &types),
        };
        let flow = Flow::of(made, parts).typed(sql_type);
        match masks(&name) || self.catalog.masks(&name) {
            true => flow.masked(),
            false => flow,
        }
    }

    /// Notes a call whose words are no grammar of its own.
    fn note_call(&mut self, function: &Function, types: &[SqlType]) {
        let FunctionArguments::List(list) = &function.args else {
            return;
        };
        let Some(name) = called(function).filter(|_| self.is_tried()) else {
            return;
        };
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        if !name.chars().all(is_name) || !function.within_group.is_empty() {
            return;
        }
        let is_plain = |it: &FunctionArg| {
            let is_lambda = matches!(argument(it), Some(sqlparser::ast::Expr::Lambda(_)));
            matches!(it, FunctionArg::Unnamed(_)) && !is_lambda
        };
        let are_plain = list.args.iter().all(is_plain);
        let call = Call {
            arguments: argument_count(function)
                .filter(|count| are_plain && *count == types.len())
                .map(|_| list.args.iter().zip(types).map(certain).collect()),
            is_window: function.over.is_some(),
            name,
        };
        let place = self.place(function);
        self.done.calls.push((call, place));
    }

    /// Compares the number of arguments with those that the function takes.
    fn count_arguments(&mut self, function: &Function) {
        let Some(name) = called(function).filter(|_| self.is_tried()) else {
            return;
        };
        let (Some((least, most)), Some(given)) = (arity(&name), argument_count(function)) else {
            return;
        };
        if given < least || most.is_some_and(|most| given > most) {
            let kind = MistakeKind::ArgumentCount {
                function: name,
                given,
                least,
                most,
            };
            self.mistake(self.place(function), kind);
        }
    }

    /// Finds values of two kinds of which one is taken.
    fn choices(&mut self, function: &Function, types: &[SqlType]) {
        let FunctionArguments::List(list) = &function.args else {
            return;
        };
        let mut before = SqlType::Null;
        for (argument, sql_type) in list.args.iter().zip(types) {
            let place = self.place(argument);
            self.pair(place, [&before, sql_type], Use::Chosen, "");
            before = common(&before, sql_type);
        }
    }

    fn argument(&mut self, argument: &FunctionArg, name: &str, scope: &Scope<'_>) -> Flow {
        // `f(a = 1)` compares.
        if let FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(value),
            operator: FunctionArgOperator::Equals,
        } = argument
        {
            let parts = [
                self.name(std::slice::from_ref(name), scope),
                self.expression(value, scope),
            ];
            return Flow::of(Made::Expression, parts).typed(SqlType::Boolean);
        }
        let (FunctionArg::Named { arg, .. }
        | FunctionArg::ExprNamed { arg, .. }
        | FunctionArg::Unnamed(arg)) = argument;
        match arg {
            FunctionArgExpr::Expr(value) => self.expression(value, scope),
            // Rows are counted, not what is in them.
            FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_)
                if name == "count" =>
            {
                Flow::constant(SqlType::Unknown)
            }
            _ => Self::all_of(scope),
        }
    }

    fn if_column(&mut self, parts: &[sqlparser::ast::Ident], scope: &Scope<'_>) -> Option<Flow> {
        let (unknowns, mistakes) = (self.done.unknowns.clone(), self.done.mistakes.len());
        let flow = self.name(parts, scope);
        if flow.is_known {
            return Some(flow);
        }
        // The parts are a schema.
        self.done.unknowns = unknowns;
        self.done.mistakes.truncate(mistakes);
        None
    }

    fn window(&mut self, spec: &WindowSpec, scope: &Scope<'_>, parts: &mut Vec<Flow>) {
        if let Some(name) = &spec.window_name {
            self.named_window(&name.value, scope, parts);
        }
        let keys = spec.order_by.iter().map(|it| &it.expr);
        for key in spec.partition_by.iter().chain(keys) {
            parts.push(self.expression(key, scope));
        }
    }

    fn named_window(&mut self, name: &str, scope: &Scope<'_>, parts: &mut Vec<Flow>) {
        let found = scope
            .windows
            .iter()
            .find(|it| it.0.value.eq_ignore_ascii_case(name));
        match found.map(|it| &it.1) {
            Some(NamedWindowExpr::WindowSpec(spec)) => self.window(spec, scope, parts),
            Some(NamedWindowExpr::NamedWindow(other)) if other.value != name => {
                self.named_window(&other.value, scope, parts);
            }
            _ => {}
        }
    }
}

/// Returns the type of a rounded number, which depends on how many digits are left.
fn rounded(function: &Function, number: Option<&SqlType>) -> SqlType {
    let number = number.cloned().unwrap_or_default();
    let SqlType::Decimal(digits, behind) = number else {
        return number;
    };
    let FunctionArguments::List(list) = &function.args else {
        return SqlType::Unknown;
    };
    let left = match list.args.get(1).map(argument) {
        None => Some(0),
        Some(Some(count)) => count.to_string().parse::<i64>().ok(),
        Some(None) => None,
    };
    match left {
        Some(left) if left < 0 => SqlType::Decimal(digits, 0),
        Some(left) => {
            let left = u8::try_from(left).unwrap_or(behind);
            SqlType::Decimal(digits, left.min(behind))
        }
        None => SqlType::Unknown,
    }
}

/// Returns the type of a row that is written as a call.
fn fields(function: &Function, types: &[SqlType]) -> SqlType {
    let FunctionArguments::List(list) = &function.args else {
        return SqlType::Unknown;
    };
    let names = list.args.iter().map(|it| match it {
        FunctionArg::Named { name, .. } => Some(name.value.clone()),
        _ => None,
    });
    match names.collect::<Option<Vec<_>>>() {
        Some(names) if names.len() == types.len() => {
            SqlType::Struct(names.into_iter().zip(types.iter().cloned()).collect())
        }
        _ => SqlType::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::AGGREGATES;

    #[test]
    fn aggregates_are_found_by_halving() {
        assert!(AGGREGATES.is_sorted());
    }
}
