{# Lists the nodes and tests that a run has told of. #}
{% macro get_ledger_nodes(ledger, run_id) %}
  {% do return(run_query(
       "select node from " ~ ledger.node_runs
       ~ " where run_id = '" ~ escape_single_quotes(run_id) ~ "'")) %}
{% endmacro %}
