{% macro sqlserver__type_boolean() -%}
  {% do return('bit') %}
{%- endmacro %}
