{# How many rows are in each state. #}
{% macro count_quarantined_rows(quarantine) %}
  {% do return(run_query(
       'select dsql_state, count(*) from ' ~ quarantine ~ " where dsql_state <> 'correction'"
       ~ ' group by dsql_state order by dsql_state')) %}
{% endmacro %}
