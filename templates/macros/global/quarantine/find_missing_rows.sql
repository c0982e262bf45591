{# The names of rows of a query that a relation does not have. #}
{% macro find_missing_rows(relation, columns, rows) %}
  {% do return(adapter.dispatch('find_missing_rows', 'dbt')(relation, columns, rows)) %}
{% endmacro %}

{% macro default__find_missing_rows(relation, columns, rows) %}
  {% do return(run_query(
       'select dsql_row_id from (\n' ~ rows ~ '\n) as put_back where not exists (select 1 from ' ~ relation
       ~ ' as model_rows where ' ~ same_quarantined_row(columns, 'model_rows', 'put_back', false) ~ ')')) %}
{% endmacro %}
