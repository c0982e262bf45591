{% macro trino__keeps_staging() -%}
  {% do return(true) %}
{%- endmacro %}
