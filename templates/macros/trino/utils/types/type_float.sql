{% macro trino__type_float() -%}
  {% do return('double') %}
{%- endmacro %}
