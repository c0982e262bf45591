//! The tables and their columns. docs/metadata.md says what is in them.

/// A table of metadata.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The column of the object whose SQL says what is in a row, where that is not the project.
    pub worked_out_of: Option<&'static str>,
    /// What a row says: columns with their types.
    pub columns: &'static [(&'static str, &'static str)],
}

/// All tables.
pub const TABLES: &[Table] = &[
    Table {
        name: "data_source",
        worked_out_of: None,
        columns: &[
            ("source_id", "varchar"),
            ("name", "varchar"),
            ("package", "varchar"),
            ("system", "varchar"),
            ("database", "varchar"),
            ("schema", "varchar"),
            ("loader", "varchar"),
            ("description", "varchar"),
            ("tables", "bigint"),
            ("file", "varchar"),
            ("meta", "json"),
        ],
    },
    Table {
        name: "data_object",
        worked_out_of: None,
        columns: &[
            ("object_id", "varchar"),
            ("name", "varchar"),
            ("resource_type", "varchar"),
            ("package", "varchar"),
            ("source_id", "varchar"),
            ("relation_name", "varchar"),
            ("system", "varchar"),
            ("description", "varchar"),
            ("purpose", "varchar"),
            ("exposures", "varchar"),
            ("owner", "varchar"),
            ("group_name", "varchar"),
            ("refresh", "varchar"),
            ("materialized", "varchar"),
            ("strategy", "varchar"),
            ("language", "varchar"),
            ("layer", "varchar"),
            ("access", "varchar"),
            ("version", "varchar"),
            ("file", "varchar"),
            ("checksum", "varchar"),
            ("is_contracted", "boolean"),
            ("tests", "bigint"),
            ("tags", "json"),
            ("meta", "json"),
        ],
    },
    Table {
        name: "dependency_group",
        worked_out_of: None,
        columns: &[
            ("object_id", "varchar"),
            ("name", "varchar"),
            ("resource_type", "varchar"),
            ("dependency_group", "bigint"),
        ],
    },
    Table {
        name: "lineage_edge",
        worked_out_of: None,
        columns: &[
            ("parent_id", "varchar"),
            ("parent", "varchar"),
            ("child_id", "varchar"),
            ("child", "varchar"),
        ],
    },
    Table {
        name: "owner",
        worked_out_of: None,
        columns: &[
            ("object_id", "varchar"),
            ("object", "varchar"),
            ("owner", "varchar"),
            ("email", "varchar"),
            ("group_name", "varchar"),
        ],
    },
    Table {
        name: "metadata_attribute",
        worked_out_of: Some("object_id"),
        columns: &[
            ("object_id", "varchar"),
            ("object", "varchar"),
            ("name", "varchar"),
            ("position", "bigint"),
            ("data_type", "varchar"),
            ("declared_type", "varchar"),
            ("description", "varchar"),
            ("described_by", "varchar"),
            ("tags", "json"),
            ("carried_tags", "json"),
            ("constraints", "json"),
            ("tests", "json"),
            ("made", "varchar"),
            ("sources", "json"),
            ("is_known", "boolean"),
            ("meta", "json"),
        ],
    },
    Table {
        name: "column_lineage_edge",
        worked_out_of: Some("child_id"),
        columns: &[
            ("parent_id", "varchar"),
            ("parent", "varchar"),
            ("parent_column", "varchar"),
            ("child_id", "varchar"),
            ("child", "varchar"),
            ("child_column", "varchar"),
            ("made", "varchar"),
            ("is_masked", "boolean"),
        ],
    },
];
