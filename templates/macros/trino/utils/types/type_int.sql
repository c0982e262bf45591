{% macro trino__type_int() -%}
  {% do return('integer') %}
{%- endmacro %}
