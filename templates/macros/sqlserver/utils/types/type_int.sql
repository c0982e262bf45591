{% macro sqlserver__type_int() -%}
  {% do return('int') %}
{%- endmacro %}
