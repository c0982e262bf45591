{% macro spark__type_float() -%}
  {% do return('float') %}
{%- endmacro %}
