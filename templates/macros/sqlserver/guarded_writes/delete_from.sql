{% macro sqlserver__delete_from(target) -%}
  {% do return('delete DBT_INTERNAL_DEST from ' ~ target ~ ' as DBT_INTERNAL_DEST') %}
{%- endmacro %}
