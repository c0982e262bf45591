{% macro bigquery__type_numeric() -%}
  {% do return('numeric') %}
{%- endmacro %}
