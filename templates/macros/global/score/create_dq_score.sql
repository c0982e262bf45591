{# Makes the table of scores, where it is not there. #}
{% macro create_dq_score(table) %}
  {% do return(adapter.dispatch('create_dq_score', 'dbt')(table)) %}
{% endmacro %}

{% macro default__create_dq_score(table) %}
  {% call statement() %}
    create table if not exists {{ table }} (
      run_id varchar,
      scored_at timestamp,
      level varchar,
      subject varchar,
      name varchar,
      dimension varchar,
      score double precision,
      tests integer,
      failed_tests integer,
      row_count bigint,
      failed_rows bigint,
      owner varchar,
      likelihood integer,
      impact integer,
      formula varchar
    )
  {% endcall %}
{% endmacro %}
