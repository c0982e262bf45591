//! Grammars of engines.

use sqlparser::ast::Statement;
use sqlparser::dialect::{
    BigQueryDialect, DatabricksDialect, Dialect, DuckDbDialect, GenericDialect, MsSqlDialect,
    PostgreSqlDialect, RedshiftSqlDialect, SnowflakeDialect,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Span, Tokenizer};

use super::mend::mended;

/// The SQL of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// BigQuery.
    BigQuery,
    /// Databricks.
    Databricks,
    /// DuckDB.
    DuckDb,
    /// PostgreSQL.
    Postgres,
    /// Redshift.
    Redshift,
    /// Snowflake.
    Snowflake,
    /// Spark.
    Spark,
    /// SQL Server.
    SqlServer,
    /// Trino, which has no grammar of its own in the library: the general one.
    Trino,
}

impl Grammar {
    pub(super) fn dialect(self) -> Box<dyn Dialect> {
        match self {
            Self::BigQuery => Box::new(BigQueryDialect {}),
            Self::Databricks | Self::Spark => Box::new(DatabricksDialect {}),
            Self::DuckDb => Box::new(DuckDbDialect {}),
            Self::Postgres => Box::new(PostgreSqlDialect {}),
            Self::Redshift => Box::new(RedshiftSqlDialect {}),
            Self::Snowflake => Box::new(SnowflakeDialect {}),
            Self::SqlServer => Box::new(MsSqlDialect {}),
            Self::Trino => Box::new(GenericDialect {}),
        }
    }
}

/// SQL that a grammar does not read, in the words of the parser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SyntaxError(pub String);

/// Reads a text of statements and returns how it understands each.
pub fn statements(grammar: Grammar, sql: &str) -> Result<Vec<String>, SyntaxError> {
    let statements = parsed(grammar, sql)?;
    Ok(statements.iter().map(ToString::to_string).collect())
}

/// A text as a grammar reads it.
pub(super) struct Lenient {
    pub(super) statements: Vec<Statement>,
    /// Where something stands that says which rows or values there are, and is no part of the statements.
    pub(super) left_out: Vec<Span>,
}

/// Reads a text by a grammar, or by the general one where the library's lacks something that the engine reads. DuckDB's forms that
/// neither has are mended.
pub(super) fn leniently_parsed(grammar: Grammar, sql: &str) -> Result<Lenient, SyntaxError> {
    let whole = |statements| Lenient {
        statements,
        left_out: Vec::new(),
    };
    parsed(grammar, sql).map(whole).or_else(|error| {
        let tokens = Tokenizer::new(&DuckDbDialect {}, sql).tokenize_with_location();
        let tokens = tokens.ok().filter(|_| grammar == Grammar::DuckDb);
        let mended = tokens.map(mended);
        let read = |dialect: &dyn Dialect| {
            let mended = mended.as_ref()?;
            let tokens = mended.tokens.clone();
            let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens);
            Some(Lenient {
                statements: parser.parse_statements().ok()?,
                left_out: mended.left_out.clone(),
            })
        };
        let general = || Parser::parse_sql(&GenericDialect {}, sql).ok().map(whole);
        let lenient = read(&DuckDbDialect {}).or_else(general);
        let lenient = lenient.or_else(|| read(&GenericDialect {}));
        lenient.ok_or(error)
    })
}

fn parsed(grammar: Grammar, sql: &str) -> Result<Vec<Statement>, SyntaxError> {
    Parser::parse_sql(&*grammar.dialect(), sql).map_err(|error| SyntaxError(error.to_string()))
}
