{% macro duckdb__snapshot_string_as_time(timestamp) -%}
  {% do return("'" ~ timestamp ~ "'::timestamp") %}
{%- endmacro %}
