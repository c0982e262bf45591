//! `docs/reference/cli.md` says what the options are.

use crate::support::data_files::root;

#[test]
fn the_manual_is_complete() {
    let path = root().join("docs/reference/cli.md");
    let actual = dsql::cli::reference();
    if std::env::var_os("DSQL_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        expected, actual,
        "run with DSQL_UPDATE=1 and read the difference"
    );
}
