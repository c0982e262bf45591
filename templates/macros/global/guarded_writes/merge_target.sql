{# The table of a MERGE, which is called DBT_INTERNAL_DEST. #}
{% macro merge_target(target) -%}
  {% do return(adapter.dispatch('merge_target', 'dbt')(target)) %}
{%- endmacro %}

{% macro default__merge_target(target) -%}
  {% do return(target ~ ' as DBT_INTERNAL_DEST') %}
{%- endmacro %}
