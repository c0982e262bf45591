{% macro snowflake__replaces_relations() -%}
  {% do return(true) %}
{%- endmacro %}
