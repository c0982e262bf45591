{# A figure of columns at checkpoints: node, run, time, value, size and column, the oldest first. #}
{% macro get_checkpoint_column_series(events, nodes, value, size) %}
  {% do return(adapter.dispatch('get_checkpoint_column_series', 'dbt')(events, nodes, value, size)) %}
{% endmacro %}

{% macro default__get_checkpoint_column_series(events, nodes, value, size) %}
  {% do return(get_measured_series(events, nodes, 'checkpoint_column', value, size, 'column_name')) %}
{% endmacro %}
