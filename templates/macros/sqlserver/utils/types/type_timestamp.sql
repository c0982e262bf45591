{% macro sqlserver__type_timestamp() -%}
  {% do return('datetime2(6)') %}
{%- endmacro %}
