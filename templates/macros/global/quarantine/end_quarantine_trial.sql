{# Takes all rows of a trial out. #}
{% macro end_quarantine_trial(relation) %}
  {% do return(adapter.dispatch('end_quarantine_trial', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__end_quarantine_trial(relation) %}
  {% call statement() %}
    delete from {{ relation }}
    where {{ row_identifier() }} in (select dsql_row from dsql_quarantine_retried)
  {% endcall %}
{% endmacro %}
