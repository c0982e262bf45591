{# Nulls are the lowest values. #}
{% macro sqlserver__latest_first(key, order) -%}
  {% do return('partition by ' ~ key | join(', ') ~ ' order by ' ~ (order or key) | join(' desc, ') ~ ' desc') %}
{%- endmacro %}
