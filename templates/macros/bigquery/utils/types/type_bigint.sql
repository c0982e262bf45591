{% macro bigquery__type_bigint() -%}
  {% do return('int64') %}
{%- endmacro %}
