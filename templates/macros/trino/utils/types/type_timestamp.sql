{% macro trino__type_timestamp() -%}
  {% do return('timestamp(6)') %}
{%- endmacro %}
