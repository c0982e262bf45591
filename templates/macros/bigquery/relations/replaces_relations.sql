{% macro bigquery__replaces_relations() -%}
  {% do return(true) %}
{%- endmacro %}
