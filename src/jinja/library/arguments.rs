//! Arguments of a call, bound to parameters the way Python binds them.

use minijinja::{Error, Value};

use super::errors::type_error;

/// Positional and keyword arguments of one call.
#[derive(Debug)]
pub struct Arguments<'a> {
    /// Arguments without a name, in order.
    pub positional: &'a [Value],
    /// Arguments with a name, in order.
    pub keywords: Vec<(String, Value)>,
}

impl<'a> Arguments<'a> {
    /// Takes the keyword arguments apart from the others.
    pub fn new(args: &'a [Value]) -> Self {
        match args.split_last() {
            Some((last, positional)) if last.is_kwargs() => Self {
                positional,
                keywords: keyword_pairs(last),
            },
            _ => Self {
                positional: args,
                keywords: Vec::new(),
            },
        }
    }

    /// Takes a keyword argument out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.keywords.iter().position(|(key, _)| key == name)?;
        Some(self.keywords.remove(at).1)
    }

    /// Fails if a keyword argument is left.
    pub fn finish(&self, function: &str) -> Result<(), Error> {
        match self.keywords.first() {
            None => Ok(()),
            Some((name, _)) => Err(unexpected_keyword(function, name)),
        }
    }
}

fn keyword_pairs(kwargs: &Value) -> Vec<(String, Value)> {
    let pairs = kwargs
        .as_object()
        .and_then(|object| object.try_iter_pairs());
    let named = |(key, value): (Value, Value)| Some((key.as_str()?.to_owned(), value));
    pairs.into_iter().flatten().filter_map(named).collect()
}

fn unexpected_keyword(function: &str, name: &str) -> Error {
    type_error(format!(
        "{function}() got an unexpected keyword argument '{name}'"
    ))
}

/// Binds a call's arguments to `parameters`, of which the first `required` have no default.
pub fn bind<const N: usize>(
    function: &str,
    parameters: [&str; N],
    required: usize,
    args: &[Value],
) -> Result<[Option<Value>; N], Error> {
    let mut bound = [const { None }; N];
    bind_into(&mut bound, function, &parameters, required, args)?;
    Ok(bound)
}

/// Binds a call's arguments to `parameters`, none of which has a default.
pub fn bind_all(function: &str, parameters: &[&str], args: &[Value]) -> Result<Vec<Value>, Error> {
    let mut bound = vec![None; parameters.len()];
    bind_into(&mut bound, function, parameters, parameters.len(), args)?;
    Ok(bound.into_iter().flatten().collect())
}

fn bind_into(
    bound: &mut [Option<Value>],
    function: &str,
    parameters: &[&str],
    required: usize,
    args: &[Value],
) -> Result<(), Error> {
    let args = Arguments::new(args);
    let given = args.positional.len();
    if given > parameters.len() {
        return Err(too_many(function, required, parameters.len(), given));
    }
    for (slot, value) in bound.iter_mut().zip(args.positional) {
        *slot = Some(value.clone());
    }
    for (name, value) in args.keywords {
        let Some(at) = parameters.iter().position(|parameter| *parameter == name) else {
            return Err(unexpected_keyword(function, &name));
        };
        if bound[at].is_some() {
            return Err(type_error(format!(
                "{function}() got multiple values for argument '{name}'"
            )));
        }
        bound[at] = Some(value);
    }
    let missing: Vec<_> = (0..required)
        .filter(|at| bound[*at].is_none())
        .map(|at| format!("'{}'", parameters[at]))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(type_error(format!(
        "{function}() missing {} required positional argument{}: {}",
        missing.len(),
        if missing.len() == 1 { "" } else { "s" },
        join_names(&missing),
    )))
}

fn join_names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    }
}

fn too_many(function: &str, required: usize, all: usize, given: usize) -> Error {
    let takes = if required == all {
        format!(
            "{all} positional argument{}",
            if all == 1 { "" } else { "s" }
        )
    } else {
        format!("from {required} to {all} positional arguments")
    };
    let were = if given == 1 { "was" } else { "were" };
    type_error(format!(
        "{function}() takes {takes} but {given} {were} given"
    ))
}
