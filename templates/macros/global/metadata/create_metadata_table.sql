{# Makes a table of metadata, where it is not there: what its rows say, and since when and until when that is so. #}
{% macro create_metadata_table(table, columns) %}
  {% do return(adapter.dispatch('create_metadata_table', 'dbt')(table, columns)) %}
{% endmacro %}

{% macro default__create_metadata_table(table, columns) %}
  {% call statement() %}
    create table if not exists {{ table }} (
      project varchar,
      target varchar,
      {% for column, type in columns %}
      {{ adapter.quote(column) }} {{ type }},
      {% endfor %}
      digest varchar,
      valid_from timestamp,
      valid_to timestamp,
      is_current boolean,
      opened_by varchar,
      closed_by varchar
    )
  {% endcall %}
{% endmacro %}
