{# How long nodes took that did not fail: node, run, time, value and size, the oldest first. #}
{% macro get_seconds_series(events, nodes) %}
  {% do return(adapter.dispatch('get_seconds_series', 'dbt')(events, nodes)) %}
{% endmacro %}

{% macro default__get_seconds_series(events, nodes) %}
  {% set sql %}
    select node, run_id, happened_at, seconds, null
    from {{ events }}
    where kind = 'node_finished'
      and status in ('success', 'pass', 'warn', 'fail')
      {{ among_nodes(nodes) }}
    order by happened_at, run_id, sequence
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
