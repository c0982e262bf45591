{% macro trino__type_numeric() -%}
  {% do return('decimal(28, 6)') %}
{%- endmacro %}
