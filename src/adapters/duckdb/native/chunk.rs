//! Values of a result, read in place.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;
use std::{ptr, slice};

use super::{DataType, Kind, ffi};

/// Names and types of a result's columns.
pub(crate) type Columns = Arc<[(String, DataType)]>;

/// A number of rows, stored column by column.
pub(crate) struct Chunk {
    raw: ffi::duckdb_data_chunk,
    columns: Columns,
}

impl Chunk {
    /// Takes over what a result returned; `columns` are the result's, or none to read none.
    pub(super) fn new(raw: ffi::duckdb_data_chunk, columns: Columns) -> Self {
        Self { raw, columns }
    }

    pub(super) fn raw(&self) -> ffi::duckdb_data_chunk {
        self.raw
    }

    /// Returns the number of rows.
    pub(crate) fn len(&self) -> usize {
        // SAFETY: the chunk is live.
        size(unsafe { ffi::duckdb_data_chunk_get_size(self.raw) })
    }

    /// Returns a column.
    pub(crate) fn column(&self, index: usize) -> Option<Vector<'_>> {
        let (_, data_type) = self.columns.get(index)?;
        let index = index as u64;
        // SAFETY: the chunk is live and the index is below the count.
        let raw = unsafe {
            if index >= ffi::duckdb_data_chunk_get_column_count(self.raw) {
                return None;
            }
            ffi::duckdb_data_chunk_get_vector(self.raw, index)
        };
        // SAFETY: the chunk is the result's, which declared the type.
        Some(unsafe { Vector::new(raw, self.len(), data_type) })
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: made by DuckDB, freed once.
        unsafe { ffi::duckdb_destroy_data_chunk(&mut self.raw) };
    }
}

/// Months, days and microseconds, as DuckDB stores intervals.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct IntervalParts {
    /// Months.
    pub(crate) months: i32,
    /// Days.
    pub(crate) days: i32,
    /// Microseconds.
    pub(crate) micros: i64,
}

/// Types that any bytes of the right number are a value of.
///
/// # Safety
/// Every bit pattern is valid and there is no padding.
pub(crate) unsafe trait Plain: Copy {}

macro_rules! plain {
    ($($number:ty)*) => {
        // SAFETY: every bit pattern is a number.
        $(unsafe impl Plain for $number {})*
    };
}
plain! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }
// SAFETY: three numbers in the order of C, which fill 16 bytes.
unsafe impl Plain for IntervalParts {}

/// One column of a chunk, or what is inside a nested one.
#[derive(Clone, Copy)]
pub(crate) struct Vector<'c> {
    raw: ffi::duckdb_vector,
    data: *const u8,
    validity: *const u64,
    rows: usize,
    data_type: &'c DataType,
    chunk: PhantomData<&'c Chunk>,
}

impl<'c> Vector<'c> {
    /// # Safety
    /// `raw` is a vector of a chunk that outlives `'c`, has `rows` rows and holds values of
    /// `data_type`.
    unsafe fn new(raw: ffi::duckdb_vector, rows: usize, data_type: &'c DataType) -> Self {
        // SAFETY: as this function's.
        let (data, validity) = unsafe {
            (
                ffi::duckdb_vector_get_data(raw).cast_const().cast(),
                ffi::duckdb_vector_get_validity(raw).cast_const(),
            )
        };
        Self {
            raw,
            data,
            validity,
            rows,
            data_type,
            chunk: PhantomData,
        }
    }

    /// Returns the type of the values.
    pub(crate) fn data_type(&self) -> &'c DataType {
        self.data_type
    }

    /// Tells whether a row has a value.
    pub(crate) fn is_valid(&self, row: usize) -> bool {
        if row >= self.rows {
            return false;
        }
        if self.validity.is_null() {
            return true;
        }
        // SAFETY: the mask has one bit for each row.
        unsafe { ptr::read_unaligned(self.validity.add(row / 64)) >> (row % 64) & 1 == 1 }
    }

    /// Reads a value of fixed size; `None` for null, and when values have another size.
    pub(crate) fn fixed<T: Plain>(&self, row: usize) -> Option<T> {
        let fits = self.data_type.width() == Some(size_of::<T>());
        if !fits || !self.holds(row) {
            return None;
        }
        // SAFETY: the row is within the data, whose values have this size and are `Plain`.
        Some(unsafe { ptr::read_unaligned(self.data.cast::<T>().add(row)) })
    }

    /// Reads a text or bytes; `None` for null.
    pub(crate) fn bytes(&self, row: usize) -> Option<&'c [u8]> {
        if !self.data_type.is_bytes() || !self.holds(row) {
            return None;
        }
        // SAFETY: the data are `duckdb_string_t`, aligned as such; that of a row that is not null
        // points to `length` bytes, in itself or elsewhere in the chunk.
        unsafe {
            let entry = self.data.cast_mut().cast::<ffi::duckdb_string_t>().add(row);
            let length = ffi::duckdb_string_t_length(*entry) as usize;
            let bytes = ffi::duckdb_string_t_data(entry).cast::<u8>();
            Some(slice::from_raw_parts(bytes, length))
        }
    }

    /// Returns the elements of a list or map, with the range of them that is the row's; `None` for
    /// null.
    pub(crate) fn elements(&self, row: usize) -> Option<(Self, Range<usize>)> {
        let (Kind::List(element) | Kind::Map(element)) = &self.data_type.kind else {
            return None;
        };
        if !self.holds(row) {
            return None;
        }
        // SAFETY: the data are list entries; the child is a vector of the same chunk, of the
        // elements' type and with as many rows as the list says.
        let (entry, child) = unsafe {
            let entry = ptr::read_unaligned(self.data.cast::<ffi::duckdb_list_entry>().add(row));
            let rows = size(ffi::duckdb_list_vector_get_size(self.raw));
            let child = ffi::duckdb_list_vector_get_child(self.raw);
            (entry, Self::new(child, rows, element))
        };
        let start = size(entry.offset);
        Some((child, start..start.saturating_add(size(entry.length))))
    }

    /// Returns the elements of a fixed-size array, with the range of them that is the row's.
    pub(crate) fn array(&self, row: usize) -> Option<(Self, Range<usize>)> {
        let Kind::Array(element, length) = &self.data_type.kind else {
            return None;
        };
        if row >= self.rows {
            return None;
        }
        let length = size(*length);
        // SAFETY: the child is a vector of the same chunk, of the elements' type and with `length`
        // values a row.
        let child = unsafe {
            let child = ffi::duckdb_array_vector_get_child(self.raw);
            Self::new(child, self.rows * length, element)
        };
        Some((child, row * length..(row + 1) * length))
    }

    /// Returns a field of a struct, the tag or a member of a union, a part of a variant.
    pub(crate) fn field(&self, index: usize) -> Option<Self> {
        let field = self.data_type.field(index)?;
        // SAFETY: the child is a vector of the same chunk, of the field's type and with as many
        // rows.
        Some(unsafe {
            let child = ffi::duckdb_struct_vector_get_child(self.raw, index as u64);
            Self::new(child, self.rows, field)
        })
    }

    /// Tells whether a row is in the data, which hold nothing of rows that are null.
    fn holds(&self, row: usize) -> bool {
        self.is_valid(row) && !self.data.is_null()
    }
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
