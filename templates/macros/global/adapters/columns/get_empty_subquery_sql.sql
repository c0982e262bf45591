{# A query with the columns of `select_sql` and no rows, for which nothing is scanned. #}
{% macro get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {% do return(adapter.dispatch('get_empty_subquery_sql', 'dbt')(
       select_sql, select_sql_header)) %}
{% endmacro %}

{# The query has its own lines: it may end with a comment, which must not swallow the bracket. #}
{% macro default__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
  {{ select_sql_header if select_sql_header is not none }}
  select * from (
    {{ select_sql }}
  ) as __dbt_sbq
  where false
  limit 0
{% endmacro %}
