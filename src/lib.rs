//! dsql compiles and runs dbt projects.
