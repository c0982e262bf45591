{% macro bigquery__intersect() -%}
  {% do return('intersect distinct') %}
{%- endmacro %}
