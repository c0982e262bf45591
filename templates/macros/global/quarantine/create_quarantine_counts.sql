{# Makes the table that lists how many rows came, and where they are, where it is not there. #}
{% macro create_quarantine_counts(table) %}
  {% do return(adapter.dispatch('create_quarantine_counts', 'dbt')(table)) %}
{% endmacro %}

{% macro default__create_quarantine_counts(table) %}
  {% call statement() %}
    create table if not exists {{ table }} (
      publish_id varchar,
      run_id varchar,
      node varchar,
      batch_start timestamp,
      rows_in bigint,
      rows_published bigint,
      rows_quarantined bigint,
      rows_filtered bigint
    )
  {% endcall %}
{% endmacro %}
