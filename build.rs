//! Tells the linker where the binary looks for libduckdb when it starts.

#![allow(
    clippy::disallowed_methods,
    reason = "dsql's own modules are not built yet"
)]

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    if env::var_os("CARGO_FEATURE_BUNDLED").is_some() {
        return;
    }
    let macos = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "macos");
    let (library, origin) = if macos {
        ("libduckdb.dylib", "@loader_path")
    } else {
        ("libduckdb.so", "$ORIGIN")
    };

    // An unpacked release has the library beside the binary, an installed one in `lib/dsql`.
    println!("cargo::rustc-link-arg=-Wl,-rpath,{origin}");
    println!("cargo::rustc-link-arg=-Wl,-rpath,{origin}/../lib/dsql");

    let Some(dir) = env::var_os("DUCKDB_LIB_DIR") else {
        return;
    };
    let path = Path::new(&dir).join(library);
    println!("cargo::rerun-if-changed={}", path.display());
    if !path.exists() {
        println!(
            "cargo::error={} does not exist: run `make libduckdb` once, or set DUCKDB_LIB_DIR",
            path.display()
        );
    } else if let Ok(dir) = fs::canonicalize(&dir) {
        // The link in the clone is resolved: a binary stays usable when the clone is gone.
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", dir.display());
    }
}
