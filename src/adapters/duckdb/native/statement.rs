//! Statements: extracted, prepared, run.

use std::time::Duration;
use std::{mem, ptr};

use super::value::Value;
use super::{Chunk, Columns, DataType, EngineError, Session, c_text, ffi, text};
use crate::adapters::Cell;

/// The statements of one SQL text, split by DuckDB.
#[derive(Debug)]
pub(crate) struct Statements<'s> {
    session: &'s Session,
    raw: ffi::duckdb_extracted_statements,
    count: u64,
}

impl<'s> Statements<'s> {
    pub(super) fn extract(session: &'s Session, sql: &str) -> Result<Self, EngineError> {
        let sql = c_text(sql)?;
        let mut raw = ptr::null_mut();
        // SAFETY: the connection is open and the text lives through the call.
        let count = unsafe { ffi::duckdb_extract_statements(session.raw, sql.as_ptr(), &mut raw) };
        let statements = Self {
            session,
            raw,
            count,
        };
        if count == 0 {
            // SAFETY: `raw` was filled by the call above; null means no error.
            let error = unsafe { text(ffi::duckdb_extract_statements_error(raw)) };
            if let Some(error) = error {
                return Err(EngineError(error));
            }
        }
        Ok(statements)
    }

    /// Returns how many statements there are.
    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    /// Binds and plans one statement.
    pub(crate) fn prepare(&self, index: u64) -> Result<Prepared<'s>, EngineError> {
        let mut raw = ptr::null_mut();
        // SAFETY: the index is checked by DuckDB; the connection is open.
        let state = unsafe {
            ffi::duckdb_prepare_extracted_statement(self.session.raw, self.raw, index, &mut raw)
        };
        // Owned before anything else, as a failed one is to be freed too.
        let prepared = Prepared {
            raw,
            session: self.session,
        };
        if state == ffi::DuckDBSuccess {
            return Ok(prepared);
        }
        // SAFETY: DuckDB keeps the text as long as the statement.
        Err(unsafe { EngineError::borrowed(ffi::duckdb_prepare_error(raw)) })
    }
}

impl Drop for Statements<'_> {
    fn drop(&mut self) {
        // SAFETY: made by `duckdb_extract_statements`, freed once; null is allowed.
        unsafe { ffi::duckdb_destroy_extracted(&mut self.raw) };
    }
}

/// What a statement does, as far as dsql cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatementKind {
    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    Transaction,
    /// `EXECUTE`, of whatever was prepared under a name.
    Execute,
    /// Anything else.
    Other,
}

/// A statement that can run.
#[derive(Debug)]
pub(crate) struct Prepared<'s> {
    raw: ffi::duckdb_prepared_statement,
    session: &'s Session,
}

impl<'s> Prepared<'s> {
    /// Tells what the statement does.
    pub(crate) fn kind(&self) -> StatementKind {
        // SAFETY: the statement is live.
        match unsafe { ffi::duckdb_prepared_statement_type(self.raw) } {
            ffi::duckdb_statement_type_DUCKDB_STATEMENT_TYPE_TRANSACTION => {
                StatementKind::Transaction
            }
            ffi::duckdb_statement_type_DUCKDB_STATEMENT_TYPE_EXECUTE => StatementKind::Execute,
            _ => StatementKind::Other,
        }
    }

    /// Lists names and types of the columns that the statement will return.
    pub(crate) fn columns(&self) -> Vec<(String, DataType)> {
        // SAFETY: the statement is live and the indexes are below the count.
        unsafe {
            let count = ffi::duckdb_prepared_statement_column_count(self.raw);
            (0..count)
                .map(|at| {
                    let name = ffi::duckdb_prepared_statement_column_name(self.raw, at);
                    let name = super::owned_text(name.cast_mut()).unwrap_or_default();
                    let data_type =
                        ffi::duckdb_prepared_statement_column_logical_type(self.raw, at);
                    (name, DataType::read(data_type))
                })
                .collect()
        }
    }

    /// Gives values to the parameters, in order.
    pub(crate) fn bind(&mut self, values: &[Cell]) -> Result<(), EngineError> {
        for (at, value) in (1..).zip(values) {
            let value = Value::new(value)?;
            // SAFETY: statement and value are live; DuckDB copies the value.
            if unsafe { ffi::duckdb_bind_value(self.raw, at, value.raw) } != ffi::DuckDBSuccess {
                // SAFETY: DuckDB keeps the text as long as the statement.
                return Err(unsafe { EngineError::borrowed(ffi::duckdb_prepare_error(self.raw)) });
            }
        }
        Ok(())
    }

    /// Runs the statement until its first rows are there.
    ///
    /// DuckDB forgets interrupts when it starts a statement, so the mark is looked at once the
    /// statement is pending: an interrupt that came before is made up for, and DuckDB itself
    /// heeds one that comes later. `heed_interrupt` is off for what ends an interrupted
    /// transaction.
    pub(crate) fn run(&mut self, heed_interrupt: bool) -> Result<Rows<'s>, EngineError> {
        let mut pending = Pending {
            raw: ptr::null_mut(),
        };
        // SAFETY: the statement is live; the pending result is freed by its guard.
        let state = unsafe { ffi::duckdb_pending_prepared_streaming(self.raw, &mut pending.raw) };
        if state != ffi::DuckDBSuccess {
            // SAFETY: DuckDB keeps the text as long as the pending result.
            return Err(unsafe { EngineError::borrowed(ffi::duckdb_pending_error(pending.raw)) });
        }
        if heed_interrupt && self.session.interrupter().is_requested() {
            self.session.stop();
        }
        self.finish(&pending)
    }

    fn finish(&self, pending: &Pending) -> Result<Rows<'s>, EngineError> {
        pending.work()?;
        let mut rows = Rows {
            // SAFETY: numbers and pointers, of which zero is a value; DuckDB fills them in, and
            // the guard frees them.
            raw: unsafe { mem::zeroed() },
            session: self.session,
            columns: None,
            is_finished: false,
        };
        // SAFETY: the pending result is live.
        let state = unsafe { ffi::duckdb_execute_pending(pending.raw, &mut rows.raw) };
        if state == ffi::DuckDBSuccess {
            return Ok(rows);
        }
        rows.is_finished = true;
        Err(rows.error().unwrap_or_else(|| {
            // SAFETY: DuckDB keeps the text as long as the pending result.
            unsafe { EngineError::borrowed(ffi::duckdb_pending_error(pending.raw)) }
        }))
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        // SAFETY: made by DuckDB, freed once; null is allowed.
        unsafe { ffi::duckdb_destroy_prepare(&mut self.raw) };
    }
}

struct Pending {
    raw: ffi::duckdb_pending_result,
}

impl Pending {
    /// Works until there is a result. While other threads have all the work, DuckDB's own loop asks
    /// without a pause and takes their time; this one leaves it to them.
    fn work(&self) -> Result<(), EngineError> {
        let mut idle = 0;
        loop {
            // SAFETY: the pending result is live.
            match unsafe { ffi::duckdb_pending_execute_task(self.raw) } {
                ffi::duckdb_pending_state_DUCKDB_PENDING_RESULT_NOT_READY => idle = 0,
                ffi::duckdb_pending_state_DUCKDB_PENDING_NO_TASKS_AVAILABLE => {
                    pause(idle);
                    idle += 1;
                }
                ffi::duckdb_pending_state_DUCKDB_PENDING_ERROR => {
                    // SAFETY: DuckDB keeps the text as long as the pending result.
                    let error = unsafe { text(ffi::duckdb_pending_error(self.raw)) };
                    let error = error.filter(|message| !message.is_empty());
                    // Without a message nothing is wrong yet: the statement waits for something.
                    return error.map_or(Ok(()), |message| Err(EngineError(message)));
                }
                _ => return Ok(()),
            }
        }
    }
}

/// Lets other threads run: at first those that are ready, later for longer.
fn pause(idle: u32) {
    match idle {
        ..32 => std::thread::yield_now(),
        _ => std::thread::sleep(Duration::from_micros(20)),
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // SAFETY: made by DuckDB, freed once; null is allowed.
        unsafe { ffi::duckdb_destroy_pending(&mut self.raw) };
    }
}

/// The rows of a statement, chunk by chunk.
pub(crate) struct Rows<'s> {
    raw: ffi::duckdb_result,
    session: &'s Session,
    columns: Option<Columns>,
    is_finished: bool,
}

impl Rows<'_> {
    /// Returns names and types of the columns, read at the first call.
    pub(crate) fn columns(&mut self) -> Columns {
        let raw = &mut self.raw;
        let read = || {
            // SAFETY: the result is live and the indexes are below the count; each type's handle
            // is the reader's.
            unsafe {
                let count = ffi::duckdb_column_count(raw);
                (0..count)
                    .map(|at| {
                        let name = text(ffi::duckdb_column_name(raw, at));
                        let data_type = ffi::duckdb_column_logical_type(raw, at);
                        (name.unwrap_or_default(), DataType::read(data_type))
                    })
                    .collect()
            }
        };
        self.columns.get_or_insert_with(read).clone()
    }

    /// Computes and returns the next rows, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, EngineError> {
        let columns = self.columns();
        self.fetch(columns)
    }

    /// Computes all rows and forgets them: what a statement does, it does completely.
    pub(crate) fn drain(mut self) -> Result<(), EngineError> {
        let nothing = Columns::from([]);
        while self.fetch(nothing.clone())?.is_some() {}
        Ok(())
    }

    /// Returns the next rows; `columns` are those that will be read.
    fn fetch(&mut self, columns: Columns) -> Result<Option<Chunk>, EngineError> {
        // SAFETY: the result is live; the chunk is freed by its guard.
        let raw = unsafe { ffi::duckdb_fetch_chunk(self.raw) };
        if !raw.is_null() {
            return Ok(Some(Chunk::new(raw, columns)));
        }
        self.is_finished = true;
        match self.error() {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }

    fn error(&mut self) -> Option<EngineError> {
        // SAFETY: DuckDB keeps the text as long as the result; null means no error.
        unsafe { text(ffi::duckdb_result_error(&mut self.raw)) }
            .filter(|message| !message.is_empty())
            .map(EngineError)
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            // DuckDB would wait for the threads that still compute rows nobody wants.
            self.session.stop();
        }
        // SAFETY: filled by DuckDB or all zero, freed once.
        unsafe { ffi::duckdb_destroy_result(&mut self.raw) };
    }
}
