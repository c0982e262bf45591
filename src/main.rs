//! The `dsql` binary: calls the command line.

fn main() {}
