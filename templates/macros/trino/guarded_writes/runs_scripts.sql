{% macro trino__runs_scripts() -%}
  {% do return(false) %}
{%- endmacro %}
