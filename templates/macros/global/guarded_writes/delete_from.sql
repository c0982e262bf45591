{# The head of a DELETE whose table is called DBT_INTERNAL_DEST. #}
{% macro delete_from(target) -%}
  {% do return(adapter.dispatch('delete_from', 'dbt')(target)) %}
{%- endmacro %}

{% macro default__delete_from(target) -%}
  {% do return('delete from ' ~ target ~ ' as DBT_INTERNAL_DEST') %}
{%- endmacro %}
