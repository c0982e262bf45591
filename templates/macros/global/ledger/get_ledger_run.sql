{# Returns when a run began and ended, how, its counts and its command; no row if it is not known. #}
{% macro get_ledger_run(ledger, run_id) %}
  {% do return(run_query(
       "select started_at, ended_at, outcome, summary, command from " ~ ledger.runs
       ~ " where run_id = '" ~ escape_single_quotes(run_id) ~ "'")) %}
{% endmacro %}
