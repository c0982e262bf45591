{% macro bigquery__except() -%}
  {% do return('except distinct') %}
{%- endmacro %}
