//! Grammars of engines.

use sqlparser::ast::Statement;
use sqlparser::dialect::{
    BigQueryDialect, DatabricksDialect, Dialect, DuckDbDialect, GenericDialect, MsSqlDialect,
    PostgreSqlDialect, RedshiftSqlDialect, SnowflakeDialect,
};
use sqlparser::parser::Parser;

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

/// Reads a text by a grammar, or by the general one where the library's lacks something that the engine reads.
pub(super) fn leniently_parsed(grammar: Grammar, sql: &str) -> Result<Vec<Statement>, SyntaxError> {
    parsed(grammar, sql).or_else(|error| {
        let general = Parser::parse_sql(&GenericDialect {}, sql);
        general.map_err(|_| error)
    })
}

fn parsed(grammar: Grammar, sql: &str) -> Result<Vec<Statement>, SyntaxError> {
    Parser::parse_sql(&*grammar.dialect(), sql).map_err(|error| SyntaxError(error.to_string()))
}
