{#
  Takes rows out that were discarded before, and those in whose place corrected ones are to come. Returns
  how many there were of each.
#}
{% macro apply_quarantine_decisions(relation) %}
  {% do return(adapter.dispatch('apply_quarantine_decisions', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__apply_quarantine_decisions(relation) %}
  {% call statement() %}
    delete from {{ relation }}
    where {{ row_identifier() }} in (
      select dsql_row from dsql_quarantine_known where dsql_decision <> 'accepted'
    )
  {% endcall %}
  {% do return(run_query(
       "select coalesce(sum(case when dsql_decision = 'discarded' then 1 else 0 end), 0),"
       ~ " coalesce(sum(case when dsql_decision = 'corrected' then 1 else 0 end), 0)"
       ~ " from dsql_quarantine_known")) %}
{% endmacro %}
