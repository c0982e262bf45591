{% macro bigquery__type_int() -%}
  {% do return('int64') %}
{%- endmacro %}
