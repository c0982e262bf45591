{% macro spark__merge_form() -%}
  {% do return('by_source') %}
{%- endmacro %}
