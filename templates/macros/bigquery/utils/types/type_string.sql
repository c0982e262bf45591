{% macro bigquery__type_string() -%}
  {% do return('string') %}
{%- endmacro %}
