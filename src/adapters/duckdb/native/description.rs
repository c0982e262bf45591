//! The columns of a table, without SQL.

use std::ptr;

use super::{DataType, Session, c_text, ffi, owned_text};

impl Session {
    /// Lists names and types of the columns of a table: its database, schema and name. None for what is no table.
    pub(crate) fn table_columns(
        &self,
        [database, schema, table]: [&str; 3],
    ) -> Option<Vec<(String, DataType)>> {
        let [database, schema, table] = [database, schema, table].map(c_text);
        let (database, schema, table) = (database.ok()?, schema.ok()?, table.ok()?);
        let mut description = Description {
            raw: ptr::null_mut(),
        };
        // SAFETY: the connection is open, the texts live through the call, and the guard frees the
        // description, which a failed call makes as well.
        let state = unsafe {
            ffi::duckdb_table_description_create_ext(
                self.raw,
                database.as_ptr(),
                schema.as_ptr(),
                table.as_ptr(),
                &mut description.raw,
            )
        };
        if state != ffi::DuckDBSuccess {
            return None;
        }
        let raw = description.raw;
        // SAFETY: the description is live and the indexes are below the count; name and type are handed over.
        unsafe {
            let count = ffi::duckdb_table_description_get_column_count(raw);
            (0..count)
                .map(|at| {
                    let name = owned_text(ffi::duckdb_table_description_get_column_name(raw, at));
                    let data_type = ffi::duckdb_table_description_get_column_type(raw, at);
                    let data_type = DataType::read(data_type);
                    name.map(|it| (it, data_type))
                })
                .collect()
        }
    }
}

struct Description {
    raw: ffi::duckdb_table_description,
}

impl Drop for Description {
    fn drop(&mut self) {
        // SAFETY: made by DuckDB, freed once; null is allowed.
        unsafe { ffi::duckdb_table_description_destroy(&mut self.raw) };
    }
}
