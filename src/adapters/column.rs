//! Columns of relations, as the database tells them.

/// One column (dbt's `Column`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as the database writes it.
    pub dtype: String,
    /// Longest text.
    pub char_size: Option<i64>,
    /// Digits.
    pub numeric_precision: Option<i64>,
    /// Digits after the point.
    pub numeric_scale: Option<i64>,
    /// The engine's names of types.
    pub type_names: &'static TypeNames,
}

/// Names of types that templates ask about, in lower case.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct TypeNames {
    /// Whole numbers.
    pub integers: &'static [&'static str],
    /// Binary floating-point numbers.
    pub floats: &'static [&'static str],
    /// Character that quotes names of columns.
    pub quote: char,
}

/// Text asked for the size of a column that is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Called string_size() on non-string field!")]
pub struct NotText;

/// A type that cannot be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// There is no name.
    #[error("Could not interpret data type \"{0}\"")]
    NoName(String),
    /// A size is not a number.
    #[error("Could not interpret data_type \"{0}\": could not convert \"{1}\" to an integer")]
    NotANumber(String, String),
}

impl Column {
    /// Makes a column without sizes.
    pub fn new(
        name: impl Into<String>,
        dtype: impl Into<String>,
        type_names: &'static TypeNames,
    ) -> Self {
        Self {
            name: name.into(),
            dtype: dtype.into(),
            char_size: None,
            numeric_precision: None,
            numeric_scale: None,
            type_names,
        }
    }

    /// Makes a column of a type's label (`Column.create`).
    pub fn create(name: &str, label_or_dtype: &str, type_names: &'static TypeNames) -> Self {
        Self::new(name, Self::translate_type(label_or_dtype), type_names)
    }

    /// Makes a column of a type with sizes in parentheses (`Column.from_description`).
    pub fn from_description(
        name: &str,
        raw_data_type: &str,
        type_names: &'static TypeNames,
    ) -> Result<Self, TypeError> {
        let base = raw_data_type.split('(').next().unwrap_or_default();
        if base.is_empty() {
            return Err(TypeError::NoName(raw_data_type.to_owned()));
        }
        let mut column = Self::new(name, base, type_names);
        let rest = raw_data_type[base.len()..].strip_prefix('(');
        let sizes = rest.and_then(|rest| rest.split_once(')'));
        if let Some((sizes, _)) = sizes.filter(|(sizes, _)| !sizes.is_empty()) {
            let number = |size: &str| {
                let parsed = size.trim().parse::<i64>();
                parsed.map_err(|_| TypeError::NotANumber(raw_data_type.to_owned(), size.to_owned()))
            };
            match sizes.split(',').collect::<Vec<_>>().as_slice() {
                [size] => column.char_size = Some(number(size)?),
                [precision, scale] => {
                    column.numeric_precision = Some(number(precision)?);
                    column.numeric_scale = Some(number(scale)?);
                }
                _ => {}
            }
        }
        Ok(column)
    }

    /// Returns the name in quotes.
    pub fn quoted(&self) -> String {
        let quote = self.type_names.quote;
        format!("{quote}{}{quote}", self.name)
    }

    /// Returns the type with its size.
    pub fn data_type(&self) -> String {
        if let Ok(size) = self.string_size() {
            Self::string_type(size)
        } else if self.is_numeric() {
            Self::numeric_type(&self.dtype, self.numeric_precision, self.numeric_scale)
        } else {
            self.dtype.clone()
        }
    }

    /// Tells whether the type is text.
    pub fn is_string(&self) -> bool {
        self.is_one_of(&["text", "character varying", "character", "varchar"])
    }

    /// Tells whether the type is a number of any kind.
    pub fn is_number(&self) -> bool {
        self.is_integer() || self.is_numeric() || self.is_float()
    }

    /// Tells whether the type is a binary floating-point number.
    pub fn is_float(&self) -> bool {
        self.is_one_of(self.type_names.floats)
    }

    /// Tells whether the type is a whole number.
    pub fn is_integer(&self) -> bool {
        self.is_one_of(self.type_names.integers)
    }

    /// Tells whether the type is a decimal number, written without its size.
    pub fn is_numeric(&self) -> bool {
        self.is_one_of(&["numeric", "decimal"])
    }

    /// Tells whether the type is a struct.
    pub fn is_struct(&self) -> bool {
        self.dtype.to_lowercase().starts_with("struct")
    }

    /// Returns the longest text that fits.
    pub fn string_size(&self) -> Result<i64, NotText> {
        if !self.is_string() {
            return Err(NotText);
        }
        match self.char_size {
            Some(size) if self.dtype != "text" => Ok(size),
            _ => Ok(256),
        }
    }

    /// Tells whether this column can be widened to hold another's texts.
    pub fn can_expand_to(&self, other: &Self) -> bool {
        match (self.string_size(), other.string_size()) {
            (Ok(own), Ok(others)) => others > own,
            _ => false,
        }
    }

    /// Writes a value as one of this column's type.
    pub fn literal(&self, value: &str) -> String {
        format!("{value}::{}", self.data_type())
    }

    /// Returns the type that a label stands for.
    pub fn translate_type(label: &str) -> String {
        if label.eq_ignore_ascii_case("string") {
            "TEXT".to_owned()
        } else {
            label.to_owned()
        }
    }

    /// Writes the type of texts up to a size.
    pub fn string_type(size: i64) -> String {
        format!("character varying({size})")
    }

    /// Writes the type of decimal numbers.
    pub fn numeric_type(dtype: &str, precision: Option<i64>, scale: Option<i64>) -> String {
        match (precision, scale) {
            (Some(precision), Some(scale)) => format!("{dtype}({precision},{scale})"),
            _ => dtype.to_owned(),
        }
    }

    fn is_one_of(&self, names: &[&str]) -> bool {
        names
            .iter()
            .any(|name| self.dtype.eq_ignore_ascii_case(name))
    }
}

/// Returns the columns of `from` that `to` lacks, by name.
pub fn missing_columns(from: &[Column], to: &[Column]) -> Vec<Column> {
    let lacks = |column: &&Column| !to.iter().any(|other| other.name == column.name);
    from.iter().filter(lacks).cloned().collect()
}
