{% macro sqlserver__truth(value) -%}
  {% do return(1 if value else 0) %}
{%- endmacro %}
