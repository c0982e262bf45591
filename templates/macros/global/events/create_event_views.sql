{# Makes views of events: a row for each run, and a row for each node in a run. What nobody selects of their first and last events
   is not read. #}
{% macro create_event_views(events) %}
  {% do return(adapter.dispatch('create_event_views', 'dbt')(events)) %}
{% endmacro %}

{% macro default__create_event_views(events) %}
  {% set run = events.incorporate(path={"identifier": "job_run"}) %}
  {% set node = events.incorporate(path={"identifier": "process_run"}) %}
  {% call statement() %}
    create or replace view {{ run }} as
    select
      run.run_id,
      started.message as command,
      run.started_at,
      finished.happened_at as ended_at,
      finished.status as outcome,
      finished.seconds,
      run.nodes,
      run.failed_nodes,
      {{ event_run_facts() }}
      run.events
    from (
      select
        run_id,
        min(happened_at) as started_at,
        min(case when kind = 'run_started' then sequence end) as first,
        max(case when kind = 'run_finished' then sequence end) as last,
        count(distinct case when kind = 'node_finished' then node end) as nodes,
        count(distinct case when kind = 'node_finished' and level = 'error' then node end) as failed_nodes,
        count(*) as events
      from {{ events }}
      group by run_id
    ) as run
    left join {{ events }} as started on started.run_id = run.run_id and started.sequence = run.first
    left join {{ events }} as finished on finished.run_id = run.run_id and finished.sequence = run.last
    {{ event_run_changes(events) }}
  {% endcall %}
  {% call statement() %}
    create or replace view {{ node }} as
    select
      node.run_id,
      node.node,
      coalesce(finished.name, started.name) as name,
      coalesce(finished.resource_type, started.resource_type) as resource_type,
      started.happened_at as started_at,
      finished.happened_at as ended_at,
      finished.status,
      finished.seconds,
      {{ event_node_facts() }}
      finished.message
    from (
      select
        run_id,
        node,
        min(case when kind = 'node_started' then sequence end) as first,
        max(case when kind = 'node_finished' then sequence end) as last
      from {{ events }}
      where kind in ('node_started', 'node_finished')
      group by run_id, node
    ) as node
    left join {{ events }} as started on started.run_id = node.run_id and started.sequence = node.first
    left join {{ events }} as finished on finished.run_id = node.run_id and finished.sequence = node.last
  {% endcall %}
{% endmacro %}
