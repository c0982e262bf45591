//! `dbt_project.yml`, `profiles.yml`, vars, flags, paths, configuration.
//!
//! In: a folder and what the command line says. Out: a project with its profile, as plain data, and
//! diagnostics.

pub mod config;
