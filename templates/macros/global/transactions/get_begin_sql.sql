{# How a script opens a transaction; only where statements are written down. #}
{% macro get_begin_sql() -%}
  {% do return(adapter.dispatch('get_begin_sql', 'dbt')()) %}
{%- endmacro %}

{% macro default__get_begin_sql() -%}
  {% do return('begin;') %}
{%- endmacro %}
