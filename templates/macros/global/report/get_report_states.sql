{# How each node ended the last time: node, status, failures, run, time. #}
{% macro get_report_states(events) %}
  {% do return(adapter.dispatch('get_report_states', 'dbt')(events)) %}
{% endmacro %}

{% macro default__get_report_states(events) %}
  {% set sql %}
    select node, status, failures, run_id, happened_at
    from (
      select
        node,
        status,
        cast(facts ->> 'failures' as bigint) as failures,
        run_id,
        happened_at,
        row_number() over (partition by node order by happened_at desc, run_id desc, sequence desc) as nth
      from {{ events }}
      where kind = 'node_finished' and status <> 'no-op'
    ) as results
    where nth = 1
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
