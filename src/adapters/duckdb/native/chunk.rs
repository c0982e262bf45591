//! Values of a result, read in place.

use std::marker::PhantomData;
use std::ops::Range;
use std::{ptr, slice};

use super::{DataType, Kind, ffi};

/// A number of rows, stored column by column.
pub(crate) struct Chunk {
    raw: ffi::duckdb_data_chunk,
}

impl Chunk {
    pub(super) fn new(raw: ffi::duckdb_data_chunk) -> Self {
        Self { raw }
    }

    /// Returns the number of rows.
    pub(crate) fn len(&self) -> usize {
        // SAFETY: the chunk is live.
        size(unsafe { ffi::duckdb_data_chunk_get_size(self.raw) })
    }

    /// Returns a column; `data_type` is the one that the result declares for it.
    pub(crate) fn column<'c>(
        &'c self,
        index: usize,
        data_type: &'c DataType,
    ) -> Option<Vector<'c>> {
        let index = index as u64;
        // SAFETY: the chunk is live and the index is below the count.
        let raw = unsafe {
            if index >= ffi::duckdb_data_chunk_get_column_count(self.raw) {
                return None;
            }
            ffi::duckdb_data_chunk_get_vector(self.raw, index)
        };
        Some(Vector::new(raw, self.len(), data_type))
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
unsafe impl Plain for u8 {}
unsafe impl Plain for u16 {}
unsafe impl Plain for u32 {}
unsafe impl Plain for u64 {}
unsafe impl Plain for u128 {}
unsafe impl Plain for i8 {}
unsafe impl Plain for i16 {}
unsafe impl Plain for i32 {}
unsafe impl Plain for i64 {}
unsafe impl Plain for i128 {}
unsafe impl Plain for f32 {}
unsafe impl Plain for f64 {}
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
    fn new(raw: ffi::duckdb_vector, rows: usize, data_type: &'c DataType) -> Self {
        // SAFETY: the vector belongs to a chunk that outlives `'c`.
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

    /// Reads a value of fixed size; `None` when the column holds values of another size.
    pub(crate) fn fixed<T: Plain>(&self, row: usize) -> Option<T> {
        let fits = self.data_type.width() == Some(size_of::<T>()) && row < self.rows;
        // SAFETY: `fits` holds the index within the data, whose values have this size.
        (fits && !self.data.is_null())
            .then(|| unsafe { ptr::read_unaligned(self.data.cast::<T>().add(row)) })
    }

    /// Reads a text or bytes.
    pub(crate) fn bytes(&self, row: usize) -> Option<&'c [u8]> {
        if !self.data_type.is_bytes() || row >= self.rows || self.data.is_null() {
            return None;
        }
        // SAFETY: the data is a row of `duckdb_string_t`, whose bytes live as long as the chunk.
        unsafe {
            let entry = self.data.cast_mut().cast::<ffi::duckdb_string_t>().add(row);
            let length = ffi::duckdb_string_t_length(*entry) as usize;
            let bytes = ffi::duckdb_string_t_data(entry).cast::<u8>();
            Some(slice::from_raw_parts(bytes, length))
        }
    }

    /// Returns the elements of a list or map, with the range of them that is the row's.
    pub(crate) fn elements(&self, row: usize) -> Option<(Self, Range<usize>)> {
        let (Kind::List(element) | Kind::Map(element)) = &self.data_type.kind else {
            return None;
        };
        if row >= self.rows || self.data.is_null() {
            return None;
        }
        // SAFETY: the data is a row of list entries; the child is live as long as the chunk.
        let (entry, child, rows) = unsafe {
            let entry = ptr::read_unaligned(self.data.cast::<ffi::duckdb_list_entry>().add(row));
            let rows = ffi::duckdb_list_vector_get_size(self.raw);
            (entry, ffi::duckdb_list_vector_get_child(self.raw), rows)
        };
        let start = size(entry.offset);
        let child = Self::new(child, size(rows), element);
        Some((child, start..start + size(entry.length)))
    }

    /// Returns the elements of a fixed-size array, with the range of them that is the row's.
    pub(crate) fn array(&self, row: usize) -> Option<(Self, Range<usize>)> {
        let Kind::Array(element, length) = &self.data_type.kind else {
            return None;
        };
        let length = size(*length);
        // SAFETY: the child is live as long as the chunk and has `length` values a row.
        let child = unsafe { ffi::duckdb_array_vector_get_child(self.raw) };
        let child = Self::new(child, self.rows * length, element);
        Some((child, row * length..(row + 1) * length))
    }

    /// Returns a field of a struct, the tag or a member of a union, a part of a variant.
    pub(crate) fn field(&self, index: usize, field: &'c DataType) -> Option<Self> {
        let count = match &self.data_type.kind {
            Kind::Struct(fields) => fields.len(),
            Kind::Union(members) => members.len() + 1,
            Kind::Variant => 4,
            _ => return None,
        };
        (index < count).then(|| {
            // SAFETY: the child is live as long as the chunk and has as many rows.
            let child = unsafe { ffi::duckdb_struct_vector_get_child(self.raw, index as u64) };
            Self::new(child, self.rows, field)
        })
    }
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
