{# Returns the ids under which a run has published. #}
{% macro get_ledger_publishes(ledger, run_id) %}
  {% do return(run_query(
       "select publish_id from " ~ ledger.publishes
       ~ " where run_id = '" ~ escape_single_quotes(run_id) ~ "'")) %}
{% endmacro %}
