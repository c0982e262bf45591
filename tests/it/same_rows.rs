//! What SQL is said to give as many rows as a relation, DuckDB gives as many of: all combinations of some parts of queries.

use dsql::adapters::Adapter;
use dsql::sql::{Catalog, Grammar, Known, KnownColumn, SqlType, analyze};

use crate::adapter::{memory, number, run};

/// Columns with their types, and those that no two rows have the same values in.
const TABLES: [(&str, &str, &[&str], &str); 3] = [
    (
        "t",
        "id INTEGER, k INTEGER, code VARCHAR, tags INTEGER[]",
        &[],
        "(1, 1, '1', [1, 2]), (2, 1, '01', []), (3, null, null, null), (3, 7, '1', [3])",
    ),
    (
        "u",
        "id INTEGER, k INTEGER, name VARCHAR",
        &["id"],
        "(1, 1, 'a'), (2, 1, 'b'), (null, 1, 'c'), (null, 2, 'd'), (7, 3, 'e')",
    ),
    (
        "v",
        "code VARCHAR, day INTEGER",
        &["code"],
        "('1', 1), ('01', 1), (null, 2), (null, 3)",
    ),
];

const LISTS: [&str; 9] = [
    "a.id",
    "a.*, 1 as one",
    "coalesce(a.id, 0) + 1 as next, upper('x') as x",
    "row_number() over (order by a.id) as place",
    "distinct a.k",
    "count(*) as many",
    "a.id, unnest(a.tags) as tag",
    "* exclude (id)",
    "(select max(u.id) from u) as latest",
];

const SOURCES: [&str; 7] = [
    "t as a",
    "(select * from t) as a",
    "(select id, k, code from t order by id) as a",
    "(select * from t limit 2) as a",
    "(select * from t where id > 1) as a",
    "(select t.* from t left join u on u.id = t.id) as a",
    "(select * from t union all select * from t) as a",
];

const JOINS: [&str; 12] = [
    "",
    "left join u as b on b.id = a.k",
    "left join u as b on a.id = b.id and b.name <> 'a'",
    "left join u as b using (id)",
    "left join u as b using (k)",
    "left join u as b on b.k = a.k",
    "left join (select id as other, name from u) as b on b.other = a.id",
    "left join v as b on b.code = a.code",
    "left join v as b on b.code = a.k",
    "left join u as b on b.id is not distinct from a.k",
    "left join u as b on true",
    "join u as b on b.id = a.id",
];

const ENDS: [&str; 6] = [
    "",
    "where a.id > 1",
    "limit 1",
    "order by 1",
    "group by all",
    "using sample 1 rows",
];

struct Tables;

impl Catalog for Tables {
    fn relation(&self, parts: &[String]) -> Option<Known> {
        let (_, columns, ..) = TABLES.iter().find(|it| [it.0] == *parts)?;
        let columns = columns.split(", ").filter_map(|it| it.split_once(' '));
        let columns = columns.map(|(name, sql_type)| KnownColumn {
            name: name.into(),
            sql_type: SqlType::read(sql_type),
        });
        Some(Known {
            columns: columns.collect(),
            is_complete: true,
            ..Known::default()
        })
    }
}

#[test]
fn queries_have_the_rows_that_they_are_said_to_have() {
    let adapter = memory();
    let mut connection = adapter.connect("test").unwrap();
    for (name, columns, _, rows) in TABLES {
        run(
            &mut *connection,
            &format!("create table {name} ({columns})"),
        )
        .unwrap();
        run(
            &mut *connection,
            &format!("insert into {name} values {rows}"),
        )
        .unwrap();
    }
    let (mut said, mut wrong) = (0, Vec::new());
    for list in LISTS {
        for source in SOURCES {
            for join in JOINS {
                for end in ENDS {
                    let sql = format!("select {list} from {source} {join} {end}");
                    let analysis = analyze(Grammar::DuckDb, &sql, &Tables);
                    let name = |read: usize| analysis.reads[read].parts.join(".");
                    let Some(same) = &analysis.same_rows else {
                        continue;
                    };
                    let is_unique = |read: usize, columns: &std::collections::BTreeSet<String>| {
                        let table = TABLES.iter().find(|it| it.0 == name(read)).unwrap();
                        table.2.iter().any(|it| columns.contains(*it))
                    };
                    let count = format!("select count(*) from ({sql})");
                    // What DuckDB does not take has no rows.
                    let is_taken = run(&mut *connection, &count).is_ok();
                    if !is_taken || !same.beside.iter().all(|(read, it)| is_unique(*read, it)) {
                        continue;
                    }
                    said += 1;
                    let all = format!("select count(*) from {}", name(same.of));
                    let found = number(&mut *connection, &count);
                    let expected = number(&mut *connection, &all);
                    if found != expected {
                        wrong.push(format!("{found}, not {expected}: {sql}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        said > 100,
        "{said} queries are said to have the rows of a table"
    );
}
