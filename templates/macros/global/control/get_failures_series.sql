{# How many failures data tests found: node, run, time, value and size, the oldest first. #}
{% macro get_failures_series(events, nodes) %}
  {% do return(adapter.dispatch('get_failures_series', 'dbt')(events, nodes)) %}
{% endmacro %}

{% macro default__get_failures_series(events, nodes) %}
  {% set sql %}
    select node, run_id, happened_at, cast(facts ->> 'failures' as double precision), null
    from {{ events }}
    where kind = 'node_finished'
      and resource_type = 'test'
      and status in ('pass', 'warn', 'fail')
      {{ among_nodes(nodes) }}
    order by happened_at, run_id, sequence
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
