{# The window in which rows of one key stand with the latest first; without an order any of them will do. #}
{% macro latest_first(key, order) -%}
  {% do return(adapter.dispatch('latest_first', 'dbt')(key, order)) %}
{%- endmacro %}

{% macro default__latest_first(key, order) -%}
  {%- set columns = order or key -%}
  {% do return('partition by ' ~ key | join(', ') ~ ' order by ' ~ columns | join(' desc nulls last, ') ~ ' desc nulls last') %}
{%- endmacro %}
