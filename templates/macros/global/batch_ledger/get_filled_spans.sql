{# Returns the spans of time, by where they start in UTC, from which a relation has rows. #}
{% macro get_filled_spans(relation, event_time, batch_size, start, end) %}
  {% do return(adapter.dispatch('get_filled_spans', 'dbt')(
       relation, event_time, batch_size, start, end)) %}
{% endmacro %}

{% macro default__get_filled_spans(relation, event_time, batch_size, start, end) %}
  {% do return(run_query(
       "select distinct date_trunc('" ~ batch_size ~ "', make_timestamp(epoch_us(" ~ event_time ~ ")))"
       ~ " from " ~ relation ~ " where " ~ event_time ~ " >= '" ~ start ~ "' and " ~ event_time
       ~ " < '" ~ end ~ "'")) %}
{% endmacro %}
