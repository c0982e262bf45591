//! Alerts come to those who are to know, once, whatever happens on the way.

#![cfg(unix)]

use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::support::mail_server::MailServer;
use crate::support::receiver::Receiver;
use crate::support::running::{ENDLESS, Running};
use crate::support::test_project::TestProject;

fn project(routes: &str) -> TestProject {
    let hold = format!(
        "{{% macro hold() %}}{{% if execute and var('hold', false) %}}{{% do log('held', info=true) %}}\
         {{% call statement() %}}{ENDLESS}{{% endcall %}}{{% endif %}}{{% endmacro %}}"
    );
    TestProject::with_files([
        ("dbt_project.yml", "name: shop\n"),
        (
            "dsql.yml",
            &format!("events: true\ntags: {{restricted: [pii]}}\nalerts:\n  routes: {routes}\n"),
        ),
        ("macros/hold.sql", &hold),
        (
            "models/orders.sql",
            "{{ config(materialized='table') }} select id, 'a' || id || '@b.example' as email, id % 2 as half from range(4) t(id)",
        ),
        (
            "models/late.sql",
            "{% do hold() %} select id, {{ var('more', 1) }} as more from {{ ref('orders') }}",
        ),
        (
            "tests/late.sql",
            "select id, email, half, count(*) over () as many from {{ ref('orders') }} where id < {{ var('wrong', 0) }}",
        ),
        (
            "models/models.yml",
            "models:\n  - name: orders\n    config: {meta: {owner: {name: Ann, email: ann@shop.example}}}\n    columns: [{name: email, config: {tags: [pii]}}]\n\
             exposures: [{name: board, type: dashboard, owner: {name: Bob}, depends_on: [ref('late')]}]\n",
        ),
    ])
}

const WRONG: [&str; 3] = ["build", "--vars", "{wrong: 3}"];

fn titles(receiver: &Receiver) -> Vec<String> {
    let all = receiver.received();
    let titles = all
        .iter()
        .map(|it| it.json()["title"].as_str().unwrap_or_default().to_owned());
    titles.collect()
}

#[test]
fn an_alert_says_what_is_to_be_known() {
    let receiver = Receiver::start();
    let project = project(&format!(
        "{{team: {{webhook: {{url: '{}/hook'}}}}}}",
        receiver.address
    ));
    project.dsql(["build"]).exits(0);
    assert_eq!(titles(&receiver), Vec::<String>::new());
    let told = project.dsql(WRONG).exits(1).stdout;
    assert!(told.contains("Sent 1 alert."), "{told}");
    let sent = receiver.received();
    let [sent] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    assert_eq!(sent.path, "/hook");
    let alert: Json = sent.json();
    assert_eq!(alert["event"], "raised");
    assert_eq!(alert["title"], "[error] shop: test late fails (3 rows)");
    assert_eq!(
        alert["message"],
        "Got 3 results, configured to fail if != 0"
    );
    assert_eq!(alert["tested"], "orders");
    assert_eq!(
        alert["owners"],
        serde_json::json!(["Ann <ann@shop.example>"])
    );
    assert_eq!(
        alert["reaches"],
        serde_json::json!({"nodes": ["late"], "exposures": ["board (Bob)"]})
    );
    assert_eq!(alert["look"], "dsql show --select late");
    assert_eq!(alert["repair"], "dsql build --select orders+");
    // What carries a restricted tag is masked, here and in the warehouse; so is what nobody knows.
    assert_eq!(
        alert["rows"]["columns"],
        serde_json::json!(["id", "email", "half", "many"])
    );
    assert_eq!(alert["rows"]["masked"], serde_json::json!(["email"]));
    assert_eq!(
        alert["rows"]["rows"][0],
        serde_json::json!(["0", "*****", "0", "3"])
    );
    let kept = project.query("select body from dsql.alert").unwrap();
    assert!(!kept[0][0].contains("@b.example"), "{kept:?}");
    assert!(!alert.to_string().contains("@b.example"));
    // The values of a test of the column itself, too.
    let unique = "models: [{name: twice, columns: [{name: mail, data_tests: [unique]}]}]";
    project.write("models/twice.yml", unique);
    project.write("models/twice.sql", "select lower(email) as mail from {{ ref('orders') }} union all select email from {{ ref('orders') }}");
    project.dsql(["build", "--select", "twice"]).exits(1);
    let alert: Json = receiver.received()[0].json();
    assert_eq!(
        alert["rows"]["columns"],
        serde_json::json!(["unique_field", "n_records"])
    );
    assert_eq!(alert["rows"]["rows"][0], serde_json::json!(["*****", "2"]));
    project.delete("models/twice.sql");
    project.delete("models/twice.yml");
    // A repeat is folded, a recovery is told.
    project.dsql(WRONG).exits(1);
    assert_eq!(titles(&receiver), Vec::<String>::new());
    project.dsql(["build"]).exits(0);
    let recovered = receiver.received();
    assert_eq!(recovered.len(), 1);
    assert_eq!(
        recovered[0].json()["title"],
        "[recovered] shop: test late passes"
    );
    assert_ne!(
        recovered[0].header("idempotency-key"),
        sent.header("idempotency-key")
    );
}

#[test]
fn mail_goes_out_and_a_dead_server_slows_nothing() {
    let server = MailServer::start();
    let mut project = project(&format!(
        "{{ops: {{email: {{host: 127.0.0.1, port: {}, tls: none, user: dsql, password_env: MAIL_PASSWORD, from: 'dsql <dsql@shop.example>', to: [ops@shop.example, ann@shop.example]}}}}}}",
        server.port
    ));
    project.dsql(["build"]).exits(0);
    let told = project.dsql(WRONG).exits(1).stdout;
    assert!(
        told.contains("the variable MAIL_PASSWORD is not set"),
        "{told}"
    );
    project.env("MAIL_PASSWORD", "hush");
    // What has failed is not tried again at once, not even with what comes of it.
    server.be_silent(true);
    let wait = "update dsql.alert set next_attempt_at = timestamp '2020-01-01'";
    project.execute(wait).unwrap();
    let start = Instant::now();
    let told = project.dsql(["run"]).exits(0).stdout;
    let slow = start.elapsed();
    assert!(told.contains("For ops 1 alert waits"), "{told}");
    assert!(slow < Duration::from_secs(20), "{slow:?}");
    let row = "select status, attempts, last_error is not null, next_attempt_at > now()::timestamp from dsql.alert";
    assert_eq!(
        project.query(row).unwrap()[0],
        ["waiting", "2", "true", "true"]
    );
    server.be_silent(false);
    assert!(server.mails().is_empty());
    project.dsql(["run"]).exits(0);
    assert!(server.mails().is_empty(), "it is not due");
    project.execute(wait).unwrap();
    project.dsql(["run"]).exits(0);
    let mails = server.mails();
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}");
    };
    assert_eq!(mail.to.len(), 2);
    assert!(mail.login.is_some());
    assert!(mail.from.contains("dsql@shop.example"), "{mail:?}");
    assert_eq!(
        mail.header("subject"),
        Some("[error] shop: test late fails (3 rows)")
    );
    assert!(
        mail.data.contains("dsql build --select orders+"),
        "{mail:?}"
    );
    let key = project.query("select alert_id from dsql.alert").unwrap();
    let id = format!("<{}@dsql>", key[0][0]);
    assert_eq!(mail.header("message-id"), Some(id.as_str()));
    assert_eq!(
        project.query(row).unwrap()[0],
        ["sent", "3", "false", "false"]
    );
}

/// A run that is killed, one that cannot reach the database, and one that does not begin.
#[test]
fn runs_that_do_not_come_to_an_end_are_told() {
    let receiver = Receiver::start();
    let project = project(&format!(
        "{{team: {{webhook: {{url: '{}'}}}}}}",
        receiver.address
    ));
    project.dsql(["run"]).exits(0);
    let mut running = Running::start(&project, &["run", "--vars", "{hold: true}"]);
    running.says("held");
    project.dsql(["build"]).exits(2);
    assert_eq!(titles(&receiver), ["[error] shop: dsql build does not run"]);
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    project.write("models/late.sql", "select * from {{ ref('ordres') }}");
    project.dsql(["test"]).exits(2);
    assert_eq!(titles(&receiver), ["[error] shop: dsql test does not run"]);
    project.write("models/late.sql", "select * from {{ ref('orders') }}");
    // The one that was killed is told by the next that can ask the database; what was told is not told again.
    project.dsql(["build"]).exits(0);
    let mut told = titles(&receiver);
    told.sort();
    assert_eq!(
        told,
        [
            "[error] shop: dsql run does not run",
            "[recovered] shop: dsql build runs"
        ]
    );
    project.dsql(["run"]).exits(0);
    project.dsql(["test"]).exits(0);
    let mut told = titles(&receiver);
    told.sort();
    assert_eq!(
        told,
        [
            "[recovered] shop: dsql run runs",
            "[recovered] shop: dsql test runs"
        ]
    );
    let open = "select count(*) from dsql.alert_subject where recovered_at is null";
    assert_eq!(project.query(open).unwrap()[0][0], "0");
    assert_eq!(
        project
            .query("select count(*) from dsql.alert where status <> 'sent'")
            .unwrap()[0][0],
        "0"
    );
}

#[test]
fn many_alerts_of_a_run_are_one_message() {
    let receiver = Receiver::start();
    let project = project(&format!(
        "{{chat: {{slack: {{url: '{0}/slack'}}}}, teams: {{teams: {{url: '{0}/teams'}}}}}}",
        receiver.address
    ));
    for number in 0..12 {
        project.write(
            &format!("tests/t{number}.sql"),
            "select * from {{ ref('orders') }}",
        );
    }
    project.dsql(["build"]).exits(1);
    let mut sent = receiver.received();
    sent.sort_by(|one, other| one.path.cmp(&other.path));
    assert_eq!(sent.len(), 2);
    assert_eq!(
        sent[0].json()["text"],
        "[error] shop: 12 alerts of dsql build"
    );
    let block = sent[0].json()["blocks"][0]["text"]["text"].to_string();
    assert!(block.contains("test t11 fails (4 rows)"), "{block}");
    let card = sent[1].json()["attachments"][0]["content"]["body"][0]["text"].clone();
    assert_eq!(card, "[error] shop: 12 alerts of dsql build");
}

#[test]
fn a_route_is_tried() {
    let receiver = Receiver::start();
    let mut project = project("{team: {slack: {url_env: SLACK_URL}, template: alerts/slack.json}}");
    project.write(
        "alerts/slack.json",
        "{\"text\": {{ alert.title | tojson }}, \"owners\": {{ alert.owners | tojson }}}",
    );
    let told = project.dsql(["alerts", "test", "team"]).exits(1).stdout;
    assert!(told.contains("the variable SLACK_URL is not set"), "{told}");
    project.env("SLACK_URL", &format!("{}/secret-part", receiver.address));
    receiver.answers([404]);
    let told = project.dsql(["alerts", "test", "team"]).exits(1).stdout;
    assert!(told.contains("status 404"), "{told}");
    assert!(!told.contains("secret-part"), "{told}");
    receiver.received();
    let told = project.dsql(["alerts", "test", "team"]).exits(0).stdout;
    assert!(told.contains("The route team works"), "{told}");
    let sent = receiver.received();
    assert_eq!(sent[0].path, "/secret-part");
    assert_eq!(sent[0].json()["owners"][0], "Ann <ann@example.com>");
}

/// A run that is killed before it has made news of what it heard, and a target folder without room.
#[test]
fn what_was_heard_is_told_once() {
    let receiver = Receiver::start();
    let project = project(&format!(
        "{{team: {{webhook: {{url: '{}'}}}}}}",
        receiver.address
    ));
    project.dsql(["build"]).exits(0);
    let mut state = project.json("target/alerts/state.json");
    state["heard"] = serde_json::json!([[
        {"id": "killed", "command": "build", "typed": "dsql build", "started_by": "ann",
         "started_at": "2026-01-01 00:00:00.000000", "ended_at": "2026-01-01 00:00:01.000000"},
        [{"kind": "test", "node": "test.shop.late", "name": "late", "part": null,
          "is": {"Bad": ["error", "Got 9 results"]}, "failures": 9}]
    ]]);
    project.write("target/alerts/state.json", state.to_string());
    project.dsql(["run"]).exits(0);
    assert_eq!(
        titles(&receiver),
        ["[error] shop: test late fails (9 rows)"]
    );
    project.dsql(["run"]).exits(0);
    assert_eq!(titles(&receiver), Vec::<String>::new());
    project.delete("target/alerts");
    project.write("target/alerts", "no folder");
    project.dsql(["build"]).exits(0);
    assert_eq!(titles(&receiver), ["[recovered] shop: test late passes"]);
    project.dsql(WRONG).exits(1);
    assert_eq!(
        titles(&receiver),
        ["[error] shop: test late fails (3 rows)"]
    );
}
