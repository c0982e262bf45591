{# How many distinct values a column has; about is enough unless `is_exact`. #}
{% macro checkpoint_distinct(column, is_exact) %}
  {{- adapter.dispatch('checkpoint_distinct', 'dbt')(column, is_exact) -}}
{% endmacro %}

{% macro default__checkpoint_distinct(column, is_exact) -%}
  count(distinct {{ column }})
{%- endmacro %}
