{% macro spark__replaces_relations() -%}
  {% do return(true) %}
{%- endmacro %}
