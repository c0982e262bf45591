//! The database and its connections.

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{EngineError, Statements, c_text, ffi, owned_text, text};

/// An open database; closed when the last session is gone.
#[derive(Debug)]
pub(crate) struct Database {
    raw: ffi::duckdb_database,
}

// SAFETY: a database belongs to no thread.
unsafe impl Send for Database {}
// SAFETY: what `&Database` allows is `duckdb_connect`, under DuckDB's own lock.
unsafe impl Sync for Database {}

impl Database {
    /// Opens a database file (or `:memory:`) with configuration options.
    pub(crate) fn open(path: &str, options: &[(String, String)]) -> Result<Self, EngineError> {
        let path = c_text(path)?;
        let config = Config::new(options)?;
        let mut raw = ptr::null_mut();
        let mut message = ptr::null_mut();
        // SAFETY: all pointers are valid for the call; DuckDB copies path and options.
        let state =
            unsafe { ffi::duckdb_open_ext(path.as_ptr(), &mut raw, config.raw, &mut message) };
        if state == ffi::DuckDBSuccess {
            return Ok(Self { raw });
        }
        // SAFETY: on failure DuckDB hands a text over.
        let message = unsafe { owned_text(message) };
        Err(EngineError(message.unwrap_or_else(|| {
            "IO Error: cannot open the database".to_owned()
        })))
    }

    /// Opens one more connection to the database.
    pub(crate) fn connect(self: &Arc<Self>) -> Result<Session, EngineError> {
        let mut raw = ptr::null_mut();
        // SAFETY: the database is open as long as `self` lives.
        if unsafe { ffi::duckdb_connect(self.raw, &mut raw) } != ffi::DuckDBSuccess {
            return Err(EngineError("Connection Error: cannot connect".to_owned()));
        }
        Ok(Session {
            raw,
            interrupter: Arc::new(Interrupter {
                connection: Mutex::new(Pointer(raw)),
                requested: AtomicBool::new(false),
            }),
            database: Arc::clone(self),
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: every session holds the database, so none is left here.
        unsafe { ffi::duckdb_close(&mut self.raw) };
    }
}

/// Options while a database is opened.
struct Config {
    raw: ffi::duckdb_config,
}

impl Config {
    fn new(options: &[(String, String)]) -> Result<Self, EngineError> {
        let mut config = Self {
            raw: ptr::null_mut(),
        };
        // SAFETY: the pointer is valid; DuckDB fills it in.
        if unsafe { ffi::duckdb_create_config(&mut config.raw) } != ffi::DuckDBSuccess {
            return Err(EngineError("out of memory".to_owned()));
        }
        for (name, value) in options {
            let (name, value) = (c_text(name)?, c_text(value)?);
            // SAFETY: both texts live through the call and are copied. Unknown options are
            // kept by DuckDB and refused when the database is opened.
            unsafe { ffi::duckdb_set_config(config.raw, name.as_ptr(), value.as_ptr()) };
        }
        Ok(config)
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: made by `duckdb_create_config`, freed once.
        unsafe { ffi::duckdb_destroy_config(&mut self.raw) };
    }
}

/// One connection; used by one thread at a time.
#[derive(Debug)]
pub(crate) struct Session {
    pub(super) raw: ffi::duckdb_connection,
    interrupter: Arc<Interrupter>,
    database: Arc<Database>,
}

// SAFETY: a connection belongs to no thread. It is not `Sync`, so statements and results, which
// borrow it, stay on one thread; only `duckdb_interrupt` runs beside other calls.
unsafe impl Send for Session {}

impl Session {
    /// Splits SQL into statements, with DuckDB's own parser.
    pub(crate) fn extract(&self, sql: &str) -> Result<Statements<'_>, EngineError> {
        Statements::extract(self, sql)
    }

    /// Opens one more connection to the same database.
    pub(crate) fn sibling(&self) -> Result<Self, EngineError> {
        self.database.connect()
    }

    /// Returns the handle that stops statements.
    pub(crate) fn interrupter(&self) -> &Arc<Interrupter> {
        &self.interrupter
    }

    /// Stops the statement that the session runs, and only that one.
    pub(super) fn stop(&self) {
        // SAFETY: the connection is open.
        unsafe { ffi::duckdb_interrupt(self.raw) };
    }

    /// Reads a setting of the session without running SQL.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        let name = c_text(name).ok()?;
        // SAFETY: the connection is open; each handle made here is freed below, and null is
        // allowed where it is freed.
        unsafe {
            let mut context = ptr::null_mut();
            ffi::duckdb_connection_get_client_context(self.raw, &mut context);
            if context.is_null() {
                return None;
            }
            let mut value = ffi::duckdb_client_context_get_config_option(
                context,
                name.as_ptr(),
                ptr::null_mut(),
            );
            let read = if value.is_null() {
                None
            } else {
                owned_text(ffi::duckdb_get_varchar(value))
            };
            ffi::duckdb_destroy_value(&mut value);
            ffi::duckdb_destroy_client_context(&mut context);
            read
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut connection = self.interrupter.lock();
        connection.0 = ptr::null_mut();
        // SAFETY: statements and results borrow the session, so none is left here; the lock
        // keeps an interrupt from meeting a closed connection.
        unsafe { ffi::duckdb_disconnect(&mut self.raw) };
    }
}

/// Stops what a connection does, from any thread.
#[derive(Debug)]
pub(crate) struct Interrupter {
    connection: Mutex<Pointer>,
    requested: AtomicBool,
}

#[derive(Debug)]
struct Pointer(ffi::duckdb_connection);

// SAFETY: the pointer is used under the lock only, for `duckdb_interrupt`, which any thread may
// call.
unsafe impl Send for Pointer {}

impl Interrupter {
    /// Stops the running statement and marks the connection, so that none starts after it.
    pub(crate) fn interrupt(&self) {
        self.requested.store(true, Ordering::SeqCst);
        let connection = self.lock();
        if !connection.0.is_null() {
            // SAFETY: not yet disconnected, and the lock holds `disconnect` off.
            unsafe { ffi::duckdb_interrupt(connection.0) };
        }
    }

    /// Tells whether an interrupt was asked for.
    pub(crate) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pointer> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the version of the library, such as `v1.5.6`.
pub(crate) fn library_version() -> String {
    // SAFETY: DuckDB returns a constant text.
    unsafe { text(ffi::duckdb_library_version()) }.unwrap_or_default()
}
