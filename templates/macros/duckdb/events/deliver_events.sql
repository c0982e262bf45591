{# DuckDB reads the file itself. A line that was written in part is none. #}
{% macro duckdb__deliver_events(events, columns, run_id, path, has_twice) %}
  {% set rows %}
    read_json(
      '{{ escape_single_quotes(path) }}',
      format = 'newline_delimited',
      ignore_errors = true,
      maximum_object_size = 268435456,
      columns = {
        {%- for column, type in columns %}{{ column }}: '{{ type }}'{{ ", " if not loop.last }}{% endfor -%}
      }
    )
  {% endset %}
  {% call statement() %}
    insert into {{ events }}
    {{ get_undelivered_sql(events, columns, run_id, rows, has_twice) }}
  {% endcall %}
{% endmacro %}
