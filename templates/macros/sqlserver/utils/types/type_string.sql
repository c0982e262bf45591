{% macro sqlserver__type_string() -%}
  {% do return('varchar(8000)') %}
{%- endmacro %}
