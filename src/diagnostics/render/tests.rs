//! Whatever is pointed at, rendering answers.

use proptest::prelude::*;

use super::*;
use crate::diagnostics::Code;
use crate::text::{FileId, Location, Span, Texts};

fn look(unicode: bool) -> Look {
    Look {
        color: false,
        unicode,
        width: 100,
    }
}

#[test]
fn a_finding_in_two_files() {
    let mut texts = Texts::default();
    let model = texts.add(
        "models/orders.sql",
        "select *\nfrom {{ ref('custmers') }}\n",
    );
    let yaml = texts.add("models/m.yml", "models:\n  - name: customers\n");
    let finding = Diagnostic::error(Code::UnresolvedRef, "there is no model `custmers`")
        .at(Location::new(model, Span::new(21, 31)))
        .label(Location::new(yaml, Span::new(18, 27)), "this one exists")
        .note("searched in `shop`")
        .help("did you mean `customers`?");
    insta::assert_snapshot!(terminal(&finding, &texts, look(true)), @r"
    error[unresolved-ref]: there is no model `custmers`
       ╭─[models/orders.sql:2:13]
     1 │ select *
     2 │ from {{ ref('custmers') }}
       ·             ──────────
       ╰────
       ╭─[models/m.yml:2:11]
     1 │ models:
     2 │   - name: customers
       ·           ────┬────
       ·               ╰── this one exists
       ╰────
      note: searched in `shop`
      help: did you mean `customers`?
    ");
    assert_eq!(
        github(&finding, &texts, "shop"),
        "::error file=shop/models/orders.sql,line=2,endLine=2,col=13,endColumn=23,\
         title=unresolved-ref::there is no model `custmers`%0Asearched in `shop`\
         %0Adid you mean `customers`?"
    );
    let place = &json(&finding, &texts)["labels"][1]["start"];
    assert_eq!(place.to_string(), r#"{"line":2,"column":11,"offset":18}"#);
    assert_eq!(count([&finding, &finding]), "2 errors");
}

#[test]
fn a_file_as_a_whole() {
    let mut texts = Texts::default();
    let file = texts.add("seeds/a.csv", "a,b\n");
    let finding = Diagnostic::warning(Code::InvalidConfig, "odd").in_file(file);
    let drawn = terminal(&finding, &texts, look(false));
    assert_eq!(drawn, "warning[invalid-config]: odd\n  --> seeds/a.csv\n");
}

proptest! {
    #[test]
    fn nothing_panics(
        content in "([a-zč\t\r\n語😀 ]|\r\n){0,60}",
        spans in prop::collection::vec((0usize..300, 0usize..300), 0..4),
        unicode: bool,
    ) {
        let mut texts = Texts::default();
        let file = texts.add("a.sql", content);
        let mut finding = Diagnostic::error(Code::InvalidJinja, "m\nn").help("h\nh").note("");
        for (start, end) in spans {
            finding = finding.label(Location::new(file, Span::new(start, end)), "w");
        }
        let finding = finding.label(Location::new(FileId(9), Span::new(1, 2)), "x");
        for width in [0, 1, 80] {
            let look = Look { color: true, unicode, width };
            prop_assert!(terminal(&finding, &texts, look).contains("invalid-jinja"));
        }
        prop_assert!(!github(&finding, &texts, "").contains('\n'));
        prop_assert_eq!(&json(&finding, &texts)["code"], "invalid-jinja");
    }
}
