{# DuckDB reads the file itself. #}
{% macro duckdb__get_metadata_rows_sql(path, columns) %}
  {%- set rows -%}
    read_json(
      '{{ escape_single_quotes(path) }}',
      format = 'newline_delimited',
      maximum_object_size = 268435456,
      columns = {
        {%- for column, type in columns %}'{{ column }}': '{{ type }}'{{ ", " if not loop.last }}{% endfor -%}
      }
    )
  {%- endset -%}
  {% do return(rows) %}
{% endmacro %}
