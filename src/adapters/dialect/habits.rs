//! What differs between the engines whose statements are written down: one row for each.

use crate::adapters::{Quoting, TypeNames};
use crate::sql::Grammar;

/// How an engine writes SQL, as far as no macro says it.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapters) struct Habits {
    /// Name as `--dialect` takes it.
    pub dialect: &'static str,
    /// `type:` in profiles, which templates see as `target.type`.
    pub kind: &'static str,
    /// Prefixes of macros for it, the nearest first; each is a folder of built-in macros, too.
    pub prefixes: &'static [&'static str],
    /// The grammar by which its statements are read.
    pub grammar: Grammar,
    /// How it writes names.
    pub quoting: Quoting,
    /// What becomes of names without quotes.
    pub case: Case,
    /// Whether changes of schemas can be rolled back.
    pub transactional_ddl: bool,
    /// Whether a table is replaced in one statement.
    pub create_or_replace_table: bool,
    /// Whether `insert_overwrite` replaces the whole table where no partitions are named.
    pub overwrites_tables: bool,
    /// Longest identifier, in bytes.
    pub max_identifier: Option<usize>,
    /// Types of constraints that hold for every row.
    pub enforced_constraints: &'static [&'static str],
    /// Its types for the values of seeds.
    pub types: Types,
    /// Keys of a target that name its database, the first one counts.
    pub database_keys: &'static [&'static str],
    /// Keys of a target that name its schema.
    pub schema_keys: &'static [&'static str],
}

/// Types for the values of seeds.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapters) struct Types {
    pub integers: &'static str,
    pub decimals: &'static str,
    pub booleans: &'static str,
    pub times: &'static str,
    pub texts: &'static str,
}

/// What becomes of a name without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters) enum Case {
    /// It stays as it is written.
    Kept,
    /// It is in lower case.
    Lower,
    /// It is in upper case.
    Upper,
}

impl Case {
    /// Returns the name as the engine lists it.
    pub(in crate::adapters) fn fold(self, name: &str) -> String {
        match self {
            Self::Kept => name.to_owned(),
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
        }
    }
}

const INTEGERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "int",
    "int2",
    "int4",
    "int8",
    "int64",
    "tinyint",
    "smallserial",
    "serial",
    "bigserial",
    "byteint",
];
const FLOATS: &[&str] = &[
    "real",
    "float",
    "float4",
    "float8",
    "float64",
    "double",
    "double precision",
];

/// Names of numbers that all of them know, where names are in double quotes.
pub(super) static TYPE_NAMES: TypeNames = TypeNames {
    integers: INTEGERS,
    floats: FLOATS,
    quote: '"',
};
/// The same where names are in backticks.
pub(super) static BACKTICK_TYPE_NAMES: TypeNames = TypeNames {
    integers: INTEGERS,
    floats: FLOATS,
    quote: '`',
};

const DOUBLE: Quoting = Quoting {
    quote: [true; 3],
    include: [true; 3],
    character: '"',
};
const BACKTICK: Quoting = Quoting {
    character: '`',
    ..DOUBLE
};
const BARE: Quoting = Quoting {
    quote: [false; 3],
    ..DOUBLE
};
const WITHOUT_DATABASE: Quoting = Quoting {
    include: [false, true, true],
    ..BACKTICK
};

const ALL: &[&str] = &["check", "not_null", "unique", "primary_key", "foreign_key"];
const DATABASE: &[&str] = &["database", "dbname"];
const SCHEMA: &[&str] = &["schema"];

const TYPES: Types = Types {
    integers: "bigint",
    decimals: "double",
    booleans: "boolean",
    times: "timestamp",
    texts: "varchar",
};

const POSTGRES: Habits = Habits {
    dialect: "postgres",
    kind: "postgres",
    prefixes: &["postgres"],
    grammar: Grammar::Postgres,
    quoting: DOUBLE,
    case: Case::Lower,
    transactional_ddl: true,
    create_or_replace_table: false,
    overwrites_tables: false,
    max_identifier: Some(63),
    enforced_constraints: ALL,
    types: Types {
        integers: "integer",
        decimals: "float8",
        texts: "text",
        ..TYPES
    },
    database_keys: &["dbname", "database"],
    schema_keys: SCHEMA,
};

const SPARK: Habits = Habits {
    dialect: "spark",
    kind: "spark",
    prefixes: &["spark"],
    grammar: Grammar::Spark,
    quoting: WITHOUT_DATABASE,
    case: Case::Kept,
    transactional_ddl: false,
    create_or_replace_table: true,
    overwrites_tables: true,
    max_identifier: None,
    enforced_constraints: &["not_null", "check"],
    types: Types {
        texts: "string",
        ..TYPES
    },
    database_keys: DATABASE,
    schema_keys: SCHEMA,
};

/// The engines, sorted by name.
pub(super) const HABITS: &[Habits] = &[
    Habits {
        dialect: "bigquery",
        kind: "bigquery",
        prefixes: &["bigquery"],
        grammar: Grammar::BigQuery,
        quoting: BACKTICK,
        case: Case::Kept,
        transactional_ddl: false,
        create_or_replace_table: true,
        overwrites_tables: false,
        max_identifier: Some(1024),
        enforced_constraints: &["not_null"],
        types: Types {
            integers: "int64",
            decimals: "float64",
            booleans: "bool",
            times: "datetime",
            texts: "string",
        },
        database_keys: &["project", "database"],
        schema_keys: &["dataset", "schema"],
    },
    Habits {
        dialect: "databricks",
        kind: "databricks",
        prefixes: &["databricks", "spark"],
        grammar: Grammar::Databricks,
        quoting: BACKTICK,
        database_keys: &["catalog", "database"],
        ..SPARK
    },
    Habits {
        dialect: "duckdb",
        kind: "duckdb",
        prefixes: &["duckdb"],
        grammar: Grammar::DuckDb,
        case: Case::Kept,
        create_or_replace_table: true,
        max_identifier: None,
        database_keys: DATABASE,
        ..POSTGRES
    },
    POSTGRES,
    Habits {
        dialect: "postgres14",
        prefixes: &["postgres14", "postgres"],
        ..POSTGRES
    },
    Habits {
        dialect: "redshift",
        kind: "redshift",
        prefixes: &["redshift", "postgres"],
        grammar: Grammar::Redshift,
        max_identifier: Some(127),
        enforced_constraints: &["not_null"],
        types: Types {
            decimals: "double precision",
            texts: "varchar(65535)",
            ..TYPES
        },
        ..POSTGRES
    },
    Habits {
        dialect: "snowflake",
        kind: "snowflake",
        prefixes: &["snowflake"],
        grammar: Grammar::Snowflake,
        quoting: BARE,
        case: Case::Upper,
        transactional_ddl: false,
        create_or_replace_table: true,
        overwrites_tables: false,
        max_identifier: Some(255),
        enforced_constraints: &["not_null"],
        types: TYPES,
        database_keys: DATABASE,
        schema_keys: SCHEMA,
    },
    SPARK,
    Habits {
        dialect: "sqlserver",
        kind: "sqlserver",
        prefixes: &["sqlserver"],
        grammar: Grammar::SqlServer,
        quoting: DOUBLE,
        case: Case::Kept,
        transactional_ddl: true,
        create_or_replace_table: false,
        overwrites_tables: false,
        max_identifier: Some(127),
        enforced_constraints: ALL,
        types: Types {
            decimals: "float",
            booleans: "bit",
            times: "datetime2(6)",
            texts: "varchar(8000)",
            ..TYPES
        },
        database_keys: DATABASE,
        schema_keys: SCHEMA,
    },
    Habits {
        dialect: "trino",
        kind: "trino",
        prefixes: &["trino"],
        grammar: Grammar::Trino,
        quoting: DOUBLE,
        case: Case::Lower,
        transactional_ddl: false,
        create_or_replace_table: false,
        overwrites_tables: false,
        max_identifier: None,
        enforced_constraints: &["not_null"],
        types: TYPES,
        database_keys: &["database", "catalog"],
        schema_keys: SCHEMA,
    },
];
