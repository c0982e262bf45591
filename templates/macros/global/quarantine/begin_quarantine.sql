{# Makes the tables in which the rows of a run are noted, and counts the rows of the relation. #}
{% macro begin_quarantine(relation) %}
  {% do return(adapter.dispatch('begin_quarantine', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__begin_quarantine(relation) %}
  {% set text = api.Column.translate_type('string') %}
  {% for table, columns in [
       ('marks', 'dsql_row bigint, dsql_place integer, dsql_test ' ~ text ~ ', dsql_reason ' ~ text),
       ('accepted', 'dsql_row bigint'),
       ('retried', 'dsql_row bigint, dsql_row_id ' ~ text),
       ('seen', 'dsql_row_id ' ~ text)] %}
    {% call statement() %}
      create or replace temporary table dsql_quarantine_{{ table }} ({{ columns }})
    {% endcall %}
  {% endfor %}
  {% do return(count_quarantine_rows(relation)) %}
{% endmacro %}

{% macro count_quarantine_rows(relation) %}
  {% do return(run_query('select count(*) from ' ~ relation)) %}
{% endmacro %}
