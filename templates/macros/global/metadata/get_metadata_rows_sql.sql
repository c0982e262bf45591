{# The rows of the file at a path, each a line of JSON, as something to select from. #}
{% macro get_metadata_rows_sql(path, columns) %}
  {% do return(adapter.dispatch('get_metadata_rows_sql', 'dbt')(path, columns)) %}
{% endmacro %}

{% macro default__get_metadata_rows_sql(path, columns) %}
  {{ exceptions.raise_compiler_error(target.type ~ " does not read files of metadata") }}
{% endmacro %}
