{% macro bigquery__type_timestamp() -%}
  {% do return('timestamp') %}
{%- endmacro %}
