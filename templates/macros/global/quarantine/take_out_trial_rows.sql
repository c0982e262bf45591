{# Takes the rows that are noted out of a trial; returns their names, tests and reasons. #}
{% macro take_out_trial_rows(relation) %}
  {% do return(adapter.dispatch('take_out_trial_rows', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__take_out_trial_rows(relation) %}
  {% set failing = run_query(
       "select retried.dsql_row_id, string_agg(distinct marks.dsql_test, ', ' order by marks.dsql_test),"
       ~ " string_agg(distinct marks.dsql_reason, '; ' order by marks.dsql_reason)"
       ~ ' from dsql_quarantine_marks as marks join dsql_quarantine_retried as retried'
       ~ ' on marks.dsql_row = retried.dsql_row group by retried.dsql_row_id order by 1') %}
  {% call statement() %}
    delete from {{ relation }}
    where {{ row_identifier() }} in (select dsql_row from dsql_quarantine_marks)
  {% endcall %}
  {% call statement() %}
    delete from dsql_quarantine_marks
  {% endcall %}
  {% do return(failing) %}
{% endmacro %}
