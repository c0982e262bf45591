{% macro create_audit_tables() %}
    create table if not exists audit.runs (
        run_id varchar,
        command varchar,
        started_at timestamptz,
        status varchar,
        nodes integer
    );

    create table if not exists audit.steps (
        run_id varchar,
        model varchar,
        step varchar,
        row_count bigint,
        logged_at timestamptz
    );
{% endmacro %}
