//! Values that are given to parameters.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::{EngineError, ffi};
use crate::adapters::Cell;

/// A value made for DuckDB.
pub(super) struct Value {
    pub(super) raw: ffi::duckdb_value,
}

impl Value {
    /// Makes the value that a cell stands for.
    pub(super) fn new(cell: &Cell) -> Result<Self, EngineError> {
        // SAFETY: each constructor copies what it is given and hands its handle over.
        let raw = unsafe {
            match cell {
                Cell::Null => ffi::duckdb_create_null_value(),
                Cell::Boolean(value) => ffi::duckdb_create_bool(*value),
                Cell::Integer(value) => match i64::try_from(*value) {
                    Ok(value) => ffi::duckdb_create_int64(value),
                    Err(_) => ffi::duckdb_create_hugeint(hugeint(*value)),
                },
                Cell::Date(date) => ffi::duckdb_create_date(ffi::duckdb_date { days: days(*date) }),
                Cell::DateTime(at) => ffi::duckdb_create_timestamp(ffi::duckdb_timestamp {
                    micros: micros(*at),
                }),
                Cell::DateTimeTz(at) => {
                    let micros = micros(at.naive_utc());
                    ffi::duckdb_create_timestamp_tz(ffi::duckdb_timestamp { micros })
                }
                Cell::Decimal(number) => match number.unscaled() {
                    Some((unscaled, width, scale)) => {
                        ffi::duckdb_create_decimal(ffi::duckdb_decimal {
                            width,
                            scale,
                            value: hugeint(unscaled),
                        })
                    }
                    None => ffi::duckdb_create_double(number.to_f64()),
                },
                Cell::Text(text) => varchar(text),
            }
        };
        if raw.is_null() {
            return Err(EngineError("cannot bind the value".to_owned()));
        }
        Ok(Self { raw })
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        // SAFETY: made by DuckDB, freed once.
        unsafe { ffi::duckdb_destroy_value(&mut self.raw) };
    }
}

fn varchar(text: &str) -> ffi::duckdb_value {
    // SAFETY: the text has as many bytes as said, and is copied.
    unsafe { ffi::duckdb_create_varchar_length(text.as_ptr().cast(), text.len() as u64) }
}

fn hugeint(value: i128) -> ffi::duckdb_hugeint {
    ffi::duckdb_hugeint {
        lower: (value & i128::from(u64::MAX)) as u64,
        upper: (value >> 64) as i64,
    }
}

fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - NaiveDate::default().num_days_from_ce()
}

fn micros(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp_micros()
}
