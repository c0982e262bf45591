{% macro trino__merge_form() -%}
  {% do return('by_rows') %}
{%- endmacro %}
