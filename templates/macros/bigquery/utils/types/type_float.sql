{% macro bigquery__type_float() -%}
  {% do return('float64') %}
{%- endmacro %}
