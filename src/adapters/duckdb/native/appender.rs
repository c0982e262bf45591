//! Rows into a table, without SQL.

use std::ptr;

use super::{Chunk, EngineError, Session, c_text, ffi, text};

/// Appends to one table of a session; what was appended is there once it is closed.
pub(crate) struct Appender<'s> {
    raw: ffi::duckdb_appender,
    /// The connection must be open as long as the appender lives.
    _session: &'s Session,
}

impl<'s> Appender<'s> {
    /// Opens a table: its database, schema and name.
    pub(crate) fn new(
        session: &'s Session,
        [database, schema, table]: [&str; 3],
    ) -> Result<Self, EngineError> {
        let (database, schema, table) = (c_text(database)?, c_text(schema)?, c_text(table)?);
        let mut appender = Self {
            raw: ptr::null_mut(),
            _session: session,
        };
        // SAFETY: the connection is open, the texts live through the call, and the guard frees the
        // appender, which a failed call makes as well.
        let state = unsafe {
            ffi::duckdb_appender_create_ext(
                session.raw,
                database.as_ptr(),
                schema.as_ptr(),
                table.as_ptr(),
                &mut appender.raw,
            )
        };
        appender.done(state).map(|()| appender)
    }

    /// Appends rows, whose columns must have the types of the table's.
    pub(crate) fn append(&mut self, rows: &Chunk) -> Result<(), EngineError> {
        // SAFETY: both are live; DuckDB copies the rows, and casts or refuses what does not fit.
        let state = unsafe { ffi::duckdb_append_data_chunk(self.raw, rows.raw()) };
        self.done(state)
    }

    /// Writes what is still held.
    pub(crate) fn close(self) -> Result<(), EngineError> {
        // SAFETY: the appender is live.
        let state = unsafe { ffi::duckdb_appender_close(self.raw) };
        self.done(state)
    }

    fn done(&self, state: ffi::duckdb_state) -> Result<(), EngineError> {
        if state == ffi::DuckDBSuccess {
            return Ok(());
        }
        // SAFETY: DuckDB keeps the text as long as the appender; null means no error.
        let message = unsafe { text(ffi::duckdb_appender_error(self.raw)) };
        let unknown = || "unknown error".to_owned();
        Err(EngineError(message.unwrap_or_else(unknown)))
    }
}

impl Drop for Appender<'_> {
    fn drop(&mut self) {
        // SAFETY: made by DuckDB, freed once; null is allowed.
        unsafe { ffi::duckdb_appender_destroy(&mut self.raw) };
    }
}
