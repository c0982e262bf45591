{# The columns of a query, with their types. #}
{% macro get_column_schema_from_query(select_sql, select_sql_header=none) -%}
  {% do return(adapter.get_column_schema_from_query(
       get_empty_subquery_sql(select_sql, select_sql_header))) %}
{% endmacro %}
