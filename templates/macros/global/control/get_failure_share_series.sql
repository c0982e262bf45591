{# What data tests found of the rows that the checkpoint of their node counted: test, run, time, value and size, the oldest first. #}
{% macro get_failure_share_series(events, nodes) %}
  {% do return(adapter.dispatch('get_failure_share_series', 'dbt')(events, nodes)) %}
{% endmacro %}

{% macro default__get_failure_share_series(events, nodes) %}
  {% set checkpoint = events.incorporate(path={"identifier": "checkpoint"}) %}
  {% if not has_events(checkpoint) %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select test.node, test.run_id, test.happened_at, cast(test.facts ->> 'failures' as double precision), measured.rows
    from {{ events }} as test
    join {{ checkpoint }} as measured
      on measured.run_id = test.run_id and measured.node = test.facts ->> 'attached_node'
    where test.kind = 'node_finished'
      and test.resource_type = 'test'
      and test.status in ('pass', 'warn', 'fail')
      {{ among_nodes(nodes) | replace("and node", "and test.node") }}
    order by test.happened_at, test.run_id
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
