{# Makes the tables of the ledger in a database, where they are not there. #}
{% macro create_ledger(ledger, version) %}
  {% do return(adapter.dispatch('create_ledger', 'dbt')(ledger, version)) %}
{% endmacro %}

{% macro default__create_ledger(ledger, version) %}
  {% do adapter.create_schema(ledger.runs.without_identifier()) %}
  {% call statement() %}
    create table if not exists {{ ledger.version }} (version integer)
  {% endcall %}
  {% call statement() %}
    insert into {{ ledger.version }}
    select {{ version }} where not exists (select 1 from {{ ledger.version }})
  {% endcall %}
  {% call statement() %}
    create table if not exists {{ ledger.runs }} (
      run_id varchar,
      run_key varchar,
      command varchar,
      started_at timestamp,
      ended_at timestamp,
      outcome varchar,
      summary varchar
    )
  {% endcall %}
  {% call statement() %}
    create table if not exists {{ ledger.node_runs }} (
      run_id varchar,
      node varchar,
      status varchar,
      message varchar,
      seconds double precision,
      failures bigint
    )
  {% endcall %}
  {% call statement() %}
    create table if not exists {{ ledger.publishes }} (
      publish_id varchar,
      run_id varchar,
      node varchar,
      relation_name varchar,
      batch_start timestamp,
      version bigint,
      row_count bigint,
      content_checksum varchar,
      code_checksum varchar,
      inputs varchar,
      published_at timestamp,
      kept_as varchar,
      restores bigint
    )
  {% endcall %}
{% endmacro %}
