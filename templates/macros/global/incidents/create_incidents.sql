{# Makes the tables of incidents, where they are not there. #}
{% macro create_incidents(tables) %}
  {% do return(adapter.dispatch('create_incidents', 'dbt')(tables)) %}
{% endmacro %}

{% macro default__create_incidents(tables) %}
  {% do adapter.create_schema(tables.incident.without_identifier()) %}
  {% call statement() %}
    create table if not exists {{ tables.incident }} (
      incident_id varchar,
      opened_at timestamp,
      opened_by varchar,
      node varchar,
      column_name varchar,
      condition varchar,
      since varchar,
      reason varchar,
      state varchar,
      closed_at timestamp
    )
  {% endcall %}
  {% call statement() %}
    create table if not exists {{ tables.incident_step }} (
      incident_id varchar,
      step_at timestamp,
      done_by varchar,
      run_id varchar,
      step varchar,
      subject varchar,
      detail varchar
    )
  {% endcall %}
  {% call statement() %}
    create table if not exists {{ tables.incident_hold }} (
      incident_id varchar,
      node varchar,
      condition varchar,
      version bigint,
      reason varchar,
      held_at timestamp,
      released_at timestamp
    )
  {% endcall %}
{% endmacro %}
