{% macro postgres__current_timestamp() -%}
  now()
{%- endmacro %}
