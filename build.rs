//! Tells the linker where the binary looks for libduckdb when it starts, and lists the files that
//! go into the binary.

#![allow(
    clippy::disallowed_methods,
    reason = "dsql's own modules are not built yet"
)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    fingerprint(&["src", "templates", "Cargo.lock"]);
    embed("templates/macros", "FILES", "builtin_macros.rs");
    embed("templates/packages", "PACKAGES", "shipped_packages.rs");
    embed("templates/init", "INIT_FILES", "init_files.rs");
    embed("docs/errors", "ERROR_PAGES", "error_pages.rs");
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

/// Tells builds apart: what one keeps between runs, another must not take up.
fn fingerprint(sources: &[&str]) {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for source in sources {
        println!("cargo::rerun-if-changed={source}");
        let path = root.join(source);
        if path.is_dir() {
            list(&path, &mut files);
        } else {
            files.push(path);
        }
    }
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in &files {
        (file.strip_prefix(&root).ok(), fs::read(file).ok()).hash(&mut hash);
    }
    println!("cargo::rustc-env=DSQL_BUILD={:016x}", hash.finish());
}

/// Writes a constant with path and content of every file below a folder, in path order. The compiler
/// finds the clone: one target directory may serve several.
fn embed(folder: &str, constant: &str, output: &str) {
    println!("cargo::rerun-if-changed={folder}");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(folder);
    let mut files = Vec::new();
    list(&root, &mut files);
    files.sort();
    let entries = files.iter().filter_map(|file| {
        let path = file.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        let place = format!("/{folder}/{path}");
        Some(format!(
            "    ({path:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {place:?}))),\n"
        ))
    });
    let entries: String = entries.collect();
    let text = format!("const {constant}: &[(&str, &[u8])] = &[\n{entries}];\n");
    let output = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(output);
    if let Err(error) = fs::write(&output, text) {
        println!("cargo::error={}: {error}", output.display());
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else {
            files.push(path);
        }
    }
}
