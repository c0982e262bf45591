{% macro trino__type_string() -%}
  {% do return('varchar') %}
{%- endmacro %}
