//! Which column of which relation of one SELECT a name is, and when two expressions are the same.

use sqlparser::ast::{Expr, Ident};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::Analyzer;
use super::flow::Flow;
use super::scope::{Relation, Scope, is_function};

/// A column of a relation in a FROM.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Own {
    /// The relation, by its place among those of the SELECT; none if a join has the column from both sides.
    pub(super) relation: Option<usize>,
    /// Its name, in lower case.
    pub(super) column: String,
    /// Fields of its value that are taken, in lower case.
    pub(super) fields: Vec<String>,
}

impl Own {
    /// The column, whatever is taken of its value.
    pub(super) fn whole(&self) -> Self {
        Self {
            fields: Vec::new(),
            ..self.clone()
        }
    }
}

impl Scope<'_> {
    /// Finds the column of a relation of this SELECT that a name is. None if it is another's, or may be.
    pub(super) fn resolve(&self, parts: &[Ident]) -> Option<Own> {
        let lower = |it: &Ident| it.value.to_lowercase();
        for before in (1..parts.len()).rev() {
            let (name, rest) = parts.split_at(before);
            let (column, fields) = rest.split_first()?;
            let mut named = self.relations.iter().enumerate();
            let found = named.find(|(_, it)| it.is(name) && has(it, &column.value));
            if let Some((at, _)) = found {
                return Some(self.own(at, &column.value, fields.iter().map(lower).collect()));
            }
        }
        let (column, fields) = parts.split_first()?;
        let fields = fields.iter().map(lower).collect();
        let name = column.value.as_str();
        if self.merges(name) {
            return Some(self.own(0, name, fields));
        }
        let relations = self.relations.iter().enumerate();
        let mut relations = relations.filter(|(_, it)| !it.hides(name));
        let mut listed = relations
            .clone()
            .filter(|(_, it)| it.shape.find(name).next().is_some());
        match (listed.next(), listed.next()) {
            (Some((at, _)), None) => return Some(self.own(at, name, fields)),
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
        // Of relations of which not all columns are known, one alone may be meant.
        if self.env.outer.is_some() || is_function(column) {
            return None;
        }
        let (at, one) = relations.find(|(_, it)| !it.shape.open.is_empty())?;
        let is_only = relations.all(|(_, it)| it.shape.open.is_empty());
        let found = one.shape.find_open(name).filter(|_| is_only)?;
        // The column itself may be one of the SELECT as well.
        let is_it = |it: Flow| it.made == found.made && it.sources == found.sources;
        let is_there = self.alias(name).is_none_or(is_it);
        is_there.then(|| self.own(at, name, fields))
    }

    fn merges(&self, name: &str) -> bool {
        let mut merged = self.merged.iter();
        merged.any(|(it, _)| it.eq_ignore_ascii_case(name))
    }

    fn own(&self, at: usize, column: &str, fields: Vec<String>) -> Own {
        Own {
            relation: (!self.merges(column)).then_some(at),
            column: column.to_lowercase(),
            fields,
        }
    }
}

fn has(relation: &Relation, column: &str) -> bool {
    let shape = &relation.shape;
    shape.find(column).next().is_some() || shape.find_open(column).is_some()
}

/// Returns the parts of a name.
pub(super) fn parts_of(expression: &Expr) -> Option<&[Ident]> {
    match expression {
        Expr::Identifier(name) => Some(std::slice::from_ref(name)),
        Expr::CompoundIdentifier(parts) => Some(parts),
        _ => None,
    }
}

/// Takes parentheses off.
pub(super) fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

impl Analyzer<'_> {
    /// Writes an expression so that two that are the same are written alike: names as what they are, the rest in lower case.
    pub(super) fn canonical(&self, expression: &Expr, scope: &Scope<'_>) -> String {
        let text = bare(expression).to_string();
        let dialect = self.grammar.dialect();
        let Ok(tokens) = Tokenizer::new(&*dialect, &text).tokenize() else {
            return text.to_lowercase();
        };
        let tokens: Vec<Token> = tokens
            .into_iter()
            .filter(|it| !matches!(it, Token::Whitespace(_)))
            .collect();
        let (mut written, mut at) = (String::new(), 0);
        while let Some(token) = tokens.get(at) {
            let mut name = Vec::new();
            while let Some(Token::Word(word)) = tokens.get(at + 2 * name.len()) {
                name.push(word.clone().into_ident(sqlparser::tokenizer::Span::empty()));
                if tokens.get(at + 2 * name.len() - 1) != Some(&Token::Period) {
                    break;
                }
            }
            let after = at + (2 * name.len()).saturating_sub(1).max(1);
            let is_call = tokens.get(after) == Some(&Token::LParen);
            let own = scope.resolve(&name).filter(|_| !is_call);
            match own {
                Some(own) => {
                    let fields = own.fields.join(".");
                    written.push_str(&format!("#{:?}.{}.{fields}", own.relation, own.column));
                    at = after;
                }
                None => {
                    written.push_str(&token.to_string().to_lowercase());
                    at += 1;
                }
            }
            written.push(' ');
        }
        written
    }
}
