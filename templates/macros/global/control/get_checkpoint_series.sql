{# A figure of checkpoints of nodes: node, run, time, value, size and no part, the oldest first. #}
{% macro get_checkpoint_series(events, nodes, value, size) %}
  {% do return(adapter.dispatch('get_checkpoint_series', 'dbt')(events, nodes, value, size)) %}
{% endmacro %}

{% macro default__get_checkpoint_series(events, nodes, value, size) %}
  {% do return(get_measured_series(events, nodes, 'checkpoint', value, size, 'null')) %}
{% endmacro %}
