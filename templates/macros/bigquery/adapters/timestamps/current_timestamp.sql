{% macro bigquery__current_timestamp() -%}
  current_timestamp()
{%- endmacro %}
