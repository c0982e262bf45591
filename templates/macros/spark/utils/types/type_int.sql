{% macro spark__type_int() -%}
  {% do return('int') %}
{%- endmacro %}
