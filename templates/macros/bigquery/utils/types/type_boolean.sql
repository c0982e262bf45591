{% macro bigquery__type_boolean() -%}
  {% do return('bool') %}
{%- endmacro %}
