{% macro duckdb__row_identifier() -%}
  {% do return('rowid') %}
{%- endmacro %}
