{# Notes the rows that fail a test, given by their `dsql_row`; returns how many there are. #}
{% macro mark_quarantine_rows(rows, place, test, reason, under_retry=false) %}
  {% do return(adapter.dispatch('mark_quarantine_rows', 'dbt')(rows, place, test, reason, under_retry)) %}
{% endmacro %}

{% macro default__mark_quarantine_rows(rows, place, test, reason, under_retry) %}
  {% call statement() %}
    insert into dsql_quarantine_marks
    select distinct
      dsql_row,
      {{ place }},
      '{{ escape_single_quotes(test) }}',
      '{{ escape_single_quotes(reason) }}'
    from (
{{ rows }}
    ) as failing_rows
    where dsql_row not in (select dsql_row from dsql_quarantine_accepted)
    {% if under_retry %}
      and dsql_row in (select dsql_row from dsql_quarantine_retried)
    {% endif %}
  {% endcall %}
  {% do return(run_query('select count(*) from dsql_quarantine_marks where dsql_place = ' ~ place)) %}
{% endmacro %}
