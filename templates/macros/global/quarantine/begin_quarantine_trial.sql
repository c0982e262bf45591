{# Puts rows into the relation for a trial, as they are. `rows` is a query of them with their names. #}
{% macro begin_quarantine_trial(relation, columns, rows) %}
  {% do return(adapter.dispatch('begin_quarantine_trial', 'dbt')(relation, columns, rows)) %}
{% endmacro %}

{% macro default__begin_quarantine_trial(relation, columns, rows) %}
  {% set names = columns | map(attribute='name') | join(', ') %}
  {% set row = 'model_rows.' ~ row_identifier() %}
  {% set last = run_query(
       'select coalesce(max(' ~ row_identifier() ~ '), -1) from ' ~ relation).columns[0].values()[0] %}
  {% call statement() %}
    insert into {{ relation }} ({{ names }})
    select {{ names }} from (
{{ rows }}
    ) as tried
  {% endcall %}
  {% call statement() %}
    insert into dsql_quarantine_retried
    select {{ row }}, tried.dsql_row_id
    from {{ relation }} as model_rows
    join (
{{ rows }}
    ) as tried on {{ same_quarantined_row(columns, 'model_rows', 'tried', false) }}
    where {{ row }} > {{ last }}
  {% endcall %}
{% endmacro %}
