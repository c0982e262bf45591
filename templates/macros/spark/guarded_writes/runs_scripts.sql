{% macro spark__runs_scripts() -%}
  {% do return(false) %}
{%- endmacro %}
