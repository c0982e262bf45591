{# Names and types of the columns of a table, in their order; no rows where there is no such table. #}
{% macro get_quarantine_columns(relation) %}
  {% do return(adapter.dispatch('get_quarantine_columns', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__get_quarantine_columns(relation) %}
  {% do return(run_query(
       "select column_name, data_type from " ~ relation.information_schema('columns')
       ~ " where lower(table_schema) = '" ~ escape_single_quotes(relation.schema | lower)
       ~ "' and lower(table_name) = '" ~ escape_single_quotes(relation.identifier | lower)
       ~ "' order by ordinal_position")) %}
{% endmacro %}
