{% macro snowflake__merge_form() -%}
  {% do return('by_rows') %}
{%- endmacro %}
