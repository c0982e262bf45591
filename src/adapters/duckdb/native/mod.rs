//! The C interface of libduckdb behind safe types: the only `unsafe` code of dsql.
//!
//! In: paths, options, SQL. Out: values that own their handle and free it once. Invariants: a
//! handle lives no longer than what it came from (lifetimes hold this), a vector is read only
//! within its rows, only where it has a value and only as the type that DuckDB says it has, and
//! every text that comes back is copied. The C interface is used directly because the Rust crate above it goes through
//! Arrow: it loses types, statement kinds and the moment at which a statement can be interrupted.
//!
//! What each `unsafe` block relies on stands above it.
#![allow(unsafe_code)]
#![warn(clippy::undocumented_unsafe_blocks, unsafe_op_in_unsafe_fn)]

mod appender;
mod chunk;
mod data_type;
mod description;
mod session;
mod statement;
mod value;

pub(crate) use appender::Appender;
pub(crate) use chunk::{Chunk, Columns, IntervalParts, Vector};
pub(crate) use data_type::{DataType, Kind};
pub(crate) use session::{Database, Interrupter, Session, library_version};
pub(crate) use statement::{Rows, StatementKind, Statements};

use std::ffi::{CStr, CString, c_char};

use libduckdb_sys as ffi;

/// What DuckDB said, word for word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct EngineError(pub(super) String);

impl EngineError {
    /// Returns the kind of error that DuckDB puts first: `IO`, `Binder`, `INTERRUPT` …
    pub(super) fn kind(&self) -> &str {
        self.0
            .split_once(" Error: ")
            .map(|(kind, _)| kind)
            .filter(|kind| !kind.contains('\n'))
            .unwrap_or_default()
    }

    /// Tells whether the statement was stopped by an interrupt.
    pub(super) fn is_interrupt(&self) -> bool {
        self.kind() == "INTERRUPT"
    }

    /// Makes an error of a text that DuckDB owns; null stands for no text.
    ///
    /// # Safety
    /// `message` is null or a live text that ends in NUL.
    unsafe fn borrowed(message: *const c_char) -> Self {
        // SAFETY: as this function's.
        Self(unsafe { text(message) }.unwrap_or_else(|| "unknown error".to_owned()))
    }
}

/// Copies a text that DuckDB keeps.
///
/// # Safety
/// `text` is null or a live text that ends in NUL.
unsafe fn text(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not null, so live and ended by NUL; copied before anything else can free it.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

/// Copies a text that DuckDB hands over, and frees it.
///
/// # Safety
/// `owned` is null or a text that ends in NUL, made by DuckDB for the caller to free.
unsafe fn owned_text(owned: *mut c_char) -> Option<String> {
    // SAFETY: as this function's.
    let copy = unsafe { text(owned) };
    // SAFETY: the caller's to free, and not used again; null is allowed.
    unsafe { ffi::duckdb_free(owned.cast()) };
    copy
}

/// What is wrong with a text that has a NUL byte.
pub(super) const NUL_BYTE: &str = "Parser Error: the text has a NUL byte";

/// Makes a text for C; a NUL byte inside cannot be handed over.
fn c_text(text: &str) -> Result<CString, EngineError> {
    CString::new(text).map_err(|_| EngineError(NUL_BYTE.to_owned()))
}
