{% macro sqlserver__keeps_staging() -%}
  {% do return(true) %}
{%- endmacro %}
