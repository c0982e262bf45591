{# The column names of a query. #}
{% macro get_columns_in_query(select_sql) -%}
  {% do return(adapter.dispatch('get_columns_in_query', 'dbt')(select_sql)) %}
{% endmacro %}

{% macro default__get_columns_in_query(select_sql) %}
  {% call statement('get_columns_in_query', fetch_result=true, auto_begin=false) -%}
    {{ get_empty_subquery_sql(select_sql) }}
  {%- endcall %}
  {% set table = load_result('get_columns_in_query').table %}
  {% do return(table.columns | map(attribute='name') | list) %}
{% endmacro %}
