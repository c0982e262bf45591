{# Lists how many rows of a node came, and where they are, with what the open transaction publishes. #}
{% macro record_quarantine_counts(table, counts) %}
  {% do return(adapter.dispatch('record_quarantine_counts', 'dbt')(table, counts)) %}
{% endmacro %}

{% macro default__record_quarantine_counts(table, counts) %}
  {% set id = escape_single_quotes(counts.publish_id) %}
  {% call statement() %}
    delete from {{ table }} where publish_id = '{{ id }}'
  {% endcall %}
  {% call statement() %}
    insert into {{ table }}
    values (
      '{{ id }}',
      '{{ escape_single_quotes(counts.run_id) }}',
      '{{ escape_single_quotes(counts.node) }}',
      {{ "null" if counts.batch is none else "timestamp '" ~ counts.batch ~ "'" }},
      {{ counts.rows_in }},
      {{ counts.rows_published }},
      {{ counts.rows_quarantined }},
      {{ counts.rows_filtered }}
    )
  {% endcall %}
{% endmacro %}
