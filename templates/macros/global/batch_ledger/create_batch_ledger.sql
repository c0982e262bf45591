{# Makes the table that lists the batches which are built, where there is none. #}
{% macro create_batch_ledger(ledger) %}
  {% do return(adapter.dispatch('create_batch_ledger', 'dbt')(ledger)) %}
{% endmacro %}

{% macro default__create_batch_ledger(ledger) %}
  {% call statement() %}
    create table if not exists {{ ledger }} (
      relation_name varchar,
      model varchar,
      batch_start timestamp,
      batch_end timestamp,
      batch_size varchar,
      is_whole boolean,
      row_count bigint,
      invocation_id varchar,
      finished_at timestamp
    )
  {% endcall %}
{% endmacro %}
