//! Methods of DuckDB's own: key constraints.

use dsql::adapters::{Adapter, Argument, Relation};
use serde_json::json;

use super::{memory, run};

#[test]
fn keys_are_known_and_models_wait_for_each_other() {
    let adapter = memory();
    let mut connection = adapter.connect("test").unwrap();
    let it = &mut *connection;
    run(
        it,
        "create table plain (i int); create table parent (i int primary key, j int unique); \
             create table child (i int references parent (i))",
    )
    .unwrap();
    let relation = |name: &str| Relation::new(Some("memory"), Some("MAIN"), Some(name));
    let mut keys = |name: &str| {
        let arguments = &mut [Argument::Relation(relation(name))];
        adapter
            .call(Some(&mut *it), "existing_key_constraint_types", arguments)
            .unwrap()
    };
    assert_eq!(keys("Parent"), json!(["primary_key", "unique"]));
    assert_eq!(keys("child"), json!(["foreign_key"]));
    assert_eq!(keys("plain"), json!([]));
    let mut waits = |name: &str, declared: &[&str]| {
        adapter
            .wait_for_turn(it, &relation(name), declared)
            .unwrap()
            .is_some()
    };
    assert!(waits("child", &[]) && waits("parent", &[]));
    assert!(!waits("plain", &["unique"]) && !waits("plain", &[]));
    assert!(waits("plain", &["foreign_key"]));
    let elsewhere = &mut [Argument::Value("nowhere".into())];
    let supports = adapter
        .call(Some(&mut *it), "catalog_supports_foreign_keys", elsewhere)
        .unwrap();
    assert_eq!(supports, json!(false));
    assert!(adapter.methods().iter().any(|it| it.name == "is_ducklake"));
    assert!(adapter.call(Some(&mut *it), "nope", &mut []).is_err());
}
