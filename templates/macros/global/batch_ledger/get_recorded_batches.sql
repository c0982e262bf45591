{# Returns start, end and wholeness of the batches that are listed, in the order in which they ended. #}
{% macro get_recorded_batches(ledger, identifier) %}
  {% do return(adapter.dispatch('get_recorded_batches', 'dbt')(ledger, identifier)) %}
{% endmacro %}

{% macro default__get_recorded_batches(ledger, identifier) %}
  {% do return(run_query(
       "select batch_start, batch_end, is_whole from " ~ ledger
       ~ " where relation_name = '" ~ escape_single_quotes(identifier) ~ "' order by finished_at")) %}
{% endmacro %}
