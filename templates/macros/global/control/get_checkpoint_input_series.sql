{# A figure of inputs at checkpoints: node, run, time, value, size and input, the oldest first. #}
{% macro get_checkpoint_input_series(events, nodes, value, size) %}
  {% do return(adapter.dispatch('get_checkpoint_input_series', 'dbt')(events, nodes, value, size)) %}
{% endmacro %}

{% macro default__get_checkpoint_input_series(events, nodes, value, size) %}
  {% do return(get_measured_series(events, nodes, 'checkpoint_input', value, size, 'input')) %}
{% endmacro %}
