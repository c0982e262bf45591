{# Makes views of events: a row for each run, and a row for each node in a run. #}
{% macro create_event_views(events) %}
  {% do return(adapter.dispatch('create_event_views', 'dbt')(events)) %}
{% endmacro %}

{% macro default__create_event_views(events) %}
  {% set run = events.incorporate(path={"identifier": "job_run"}) %}
  {% set node = events.incorporate(path={"identifier": "process_run"}) %}
  {% call statement() %}
    create or replace view {{ run }} as
    select
      run_id,
      max(case when kind = 'run_started' then message end) as command,
      min(happened_at) as started_at,
      max(case when kind = 'run_finished' then happened_at end) as ended_at,
      max(case when kind = 'run_finished' then status end) as outcome,
      max(case when kind = 'run_finished' then seconds end) as seconds,
      count(distinct case when kind = 'node_finished' then node end) as nodes,
      count(distinct case when kind = 'node_finished' and level = 'error' then node end) as failed_nodes,
      {{ event_run_facts() }}
      count(*) as events
    from {{ events }}
    group by run_id
  {% endcall %}
  {% call statement() %}
    create or replace view {{ node }} as
    select
      run_id,
      node,
      max(name) as name,
      max(resource_type) as resource_type,
      min(case when kind = 'node_started' then happened_at end) as started_at,
      max(case when kind = 'node_finished' then happened_at end) as ended_at,
      max(case when kind = 'node_finished' then status end) as status,
      max(case when kind = 'node_finished' then seconds end) as seconds,
      {{ event_node_facts() }}
      max(case when kind = 'node_finished' then message end) as message
    from {{ events }}
    where kind in ('node_started', 'node_finished')
    group by run_id, node
  {% endcall %}
{% endmacro %}
