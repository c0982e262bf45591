{% macro sqlserver__type_numeric() -%}
  {% do return('numeric(28, 6)') %}
{%- endmacro %}
