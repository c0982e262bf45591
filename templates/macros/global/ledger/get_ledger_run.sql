{# Returns when a run began and ended, how, and its counts; no row if it is not known. #}
{% macro get_ledger_run(ledger, run_id) %}
  {% do return(run_query(
       "select started_at, ended_at, outcome, summary from " ~ ledger.runs
       ~ " where run_id = '" ~ escape_single_quotes(run_id) ~ "'")) %}
{% endmacro %}
