{# Cuts a query off after `limit` rows. #}
{%- macro get_limit_subquery_sql(sql, limit) -%}
  {%- do return(adapter.dispatch('get_limit_sql', 'dbt')(sql, limit)) -%}
{%- endmacro -%}

{% macro default__get_limit_sql(sql, limit) %}
  {{ sql }}
  {{ '\n  limit ' ~ limit if limit is not none -}}
{% endmacro %}
