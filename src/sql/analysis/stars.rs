//! `*` and what stands behind it.

use sqlparser::ast::{
    ExcludeSelectItem, Expr, FunctionArg, FunctionArguments, Ident, ObjectName, RenameSelectItem,
    SelectItemQualifiedWildcardKind, Spanned, WildcardAdditionalOptions,
};

use super::Analyzer;
use super::flow::{Flow, Made};
use super::scope::Scope;
use super::shape::{Named, Open, Shape};

impl Analyzer<'_> {
    /// Adds the columns of all relations.
    pub(super) fn star(
        &mut self,
        scope: &Scope<'_>,
        options: Option<&WildcardAdditionalOptions>,
        shape: &mut Shape,
    ) {
        self.take_in(everything(scope), options, scope, shape);
    }

    /// Adds the columns of one relation, or the fields of a value.
    pub(super) fn qualified_star(
        &mut self,
        kind: &SelectItemQualifiedWildcardKind,
        options: &WildcardAdditionalOptions,
        scope: &Scope<'_>,
        shape: &mut Shape,
    ) {
        let place = match kind {
            SelectItemQualifiedWildcardKind::ObjectName(name) => name.span(),
            SelectItemQualifiedWildcardKind::Expr(value) => value.span(),
        };
        if let SelectItemQualifiedWildcardKind::ObjectName(name) = kind
            && let Some(parts) = idents(name)
        {
            let mut around = Some(scope);
            while let Some(scope) = around {
                if let Some(relation) = scope.relations.iter().find(|it| it.is(&parts)) {
                    let all = relation.shape.clone();
                    return self.take_in(all, Some(options), scope, shape);
                }
                around = scope.env.outer;
            }
        }
        let reason = "the fields of a value are not known".to_owned();
        let place = self.span(place);
        shape.open.push(Open::Opaque { place, reason });
    }

    /// Adds columns, with what is said behind the star.
    pub(super) fn take_in(
        &mut self,
        mut all: Shape,
        options: Option<&WildcardAdditionalOptions>,
        scope: &Scope<'_>,
        shape: &mut Shape,
    ) {
        if let Some(options) = options {
            self.modify(&mut all, options, scope);
        }
        let own = options.map(|it| self.span(it.wildcard_token.0.span));
        let star = match all.is_read {
            true => own.filter(|it| !it.range().is_empty()),
            false => all.star,
        };
        shape.star = shape.star.or(star);
        for column in all.columns {
            self.add(column, scope, shape);
        }
        shape.open.extend(all.open);
    }

    pub(super) fn modify(
        &mut self,
        all: &mut Shape,
        options: &WildcardAdditionalOptions,
        scope: &Scope<'_>,
    ) {
        let mut left_out: Vec<String> = match &options.opt_exclude {
            Some(ExcludeSelectItem::Single(name)) => last(name).into_iter().collect(),
            Some(ExcludeSelectItem::Multiple(names)) => names.iter().filter_map(last).collect(),
            None => Vec::new(),
        };
        if let Some(except) = &options.opt_except {
            left_out.push(except.first_element.value.clone());
            left_out.extend(except.additional_elements.iter().map(|it| it.value.clone()));
        }
        all.leave_out(&left_out);
        let mut renamed = Vec::new();
        if let Some(ilike) = &options.opt_ilike {
            all.columns
                .retain(|it| like(&it.name.to_lowercase(), &ilike.pattern.to_lowercase()));
        }
        if let Some(replace) = &options.opt_replace {
            for item in &replace.items {
                let flow = self.compared(&item.expr, scope);
                match all
                    .columns
                    .iter_mut()
                    .find(|it| it.is(&item.column_name.value))
                {
                    Some(column) => column.flow = flow,
                    None if !all.open.is_empty() => all.columns.push(Named {
                        name: item.column_name.value.clone(),
                        quoted: item.column_name.quote_style.is_some(),
                        is_named: true,
                        flow,
                        place: self.span(item.column_name.span),
                    }),
                    None => {}
                }
                renamed.push(item.column_name.value.clone());
            }
        }
        let pairs = match &options.opt_rename {
            Some(RenameSelectItem::Single(pair)) => vec![pair],
            Some(RenameSelectItem::Multiple(pairs)) => pairs.iter().collect(),
            None => Vec::new(),
        };
        for pair in pairs {
            let place = self.span(pair.alias.span);
            let known = all.columns.iter().position(|it| it.is(&pair.ident.value));
            match known {
                Some(at) => {
                    let column = all.columns[at].clone();
                    all.columns[at] = column.renamed(&pair.alias, place);
                }
                None => {
                    let flow = all.find_open(&pair.ident.value);
                    all.columns.extend(flow.map(|flow| {
                        Named {
                            name: pair.ident.value.clone(),
                            quoted: false,
                            is_named: true,
                            flow,
                            place,
                        }
                        .renamed(&pair.alias, place)
                    }));
                }
            }
            renamed.push(pair.ident.value.clone());
        }
        all.leave_out_hidden(&renamed);
    }

    /// All columns that are in scope as one value.
    pub(super) fn all_of(scope: &Scope<'_>) -> Flow {
        let all = everything(scope);
        let columns = all.columns.into_iter().map(|it| it.flow);
        let mut flow = Flow::of(Made::Expression, columns);
        flow.is_known &= all.open.is_empty();
        flow
    }
}

/// Lists the columns of all relations; those that joins have from both sides come once.
pub(super) fn everything(scope: &Scope<'_>) -> Shape {
    let mut all = Shape::default();
    for relation in &scope.relations {
        all.is_read |= relation.shape.is_read;
        all.star = all.star.or(relation.shape.star);
        let hidden = |name: &str| {
            relation
                .hidden
                .iter()
                .any(|it| it.eq_ignore_ascii_case(name))
        };
        for column in &relation.shape.columns {
            if hidden(&column.name) {
                continue;
            }
            let mut column = column.clone();
            if let Some((_, flow)) = scope.merged.iter().find(|(name, _)| column.is(name)) {
                column.flow = flow.clone();
            }
            all.columns.push(column);
        }
        for open in &relation.shape.open {
            let mut open = open.clone();
            if let Open::Read { without, .. } = &mut open {
                without.extend(relation.hidden.iter().cloned());
            }
            all.open.push(open);
        }
    }
    all
}

/// Returns the arguments of an expression that is the call of a function.
pub(super) fn arguments<'e>(expression: &'e Expr, name: &str) -> Option<&'e [FunctionArg]> {
    let Expr::Function(function) = expression else {
        return None;
    };
    let is_meant = last(&function.name)?.eq_ignore_ascii_case(name);
    match &function.args {
        FunctionArguments::List(list) if is_meant => Some(&list.args),
        _ => None,
    }
}

/// Compares with a pattern in which `%` stands for any letters and `_` for one.
pub(super) fn like(text: &str, pattern: &str) -> bool {
    let mut written = String::from("^(?s)");
    for letter in pattern.chars() {
        match letter {
            '%' => written.push_str(".*"),
            '_' => written.push('.'),
            letter => written.push_str(&regex::escape(&letter.to_string())),
        }
    }
    written.push('$');
    regex::Regex::new(&written).is_ok_and(|it| it.is_match(text))
}

pub(super) fn idents(name: &ObjectName) -> Option<Vec<Ident>> {
    name.0.iter().map(|it| it.as_ident().cloned()).collect()
}

pub(super) fn last(name: &ObjectName) -> Option<String> {
    Some(name.0.last()?.as_ident()?.value.clone())
}
