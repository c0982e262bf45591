{# How many nodes failed of those that ran, by command: command, run, time, value and size, the oldest first. #}
{% macro get_failed_nodes_series(events, nodes) %}
  {% do return(adapter.dispatch('get_failed_nodes_series', 'dbt')(events, nodes)) %}
{% endmacro %}

{% macro default__get_failed_nodes_series(events, nodes) %}
  {% set sql %}
    select
      started.message,
      ended.run_id,
      max(ended.happened_at),
      sum(case when ended.status in ('error', 'fail', 'partial success', 'runtime error') then 1 else 0 end),
      count(*)
    from {{ events }} as ended
    join {{ events }} as started on started.run_id = ended.run_id and started.kind = 'run_started'
    where ended.kind = 'node_finished' and ended.status not in ('no-op', 'skipped')
    group by started.message, ended.run_id
    order by 3, 2
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
