{# In how many of the last runs nodes were there, and in how many they or one of their tests did not go well: node, runs, failed runs. #}
{% macro get_failure_history(events, runs) %}
  {% do return(adapter.dispatch('get_failure_history', 'dbt')(events, runs)) %}
{% endmacro %}

{% macro default__get_failure_history(events, runs) %}
  {% set sql %}
    select subject, count(*), sum(failed)
    from (
      select
        subject,
        failed,
        row_number() over (partition by subject order by happened_at desc) as nth
      from (
        select
          coalesce(facts ->> 'attached_node', node) as subject,
          run_id,
          max(happened_at) as happened_at,
          max(case when status in ('warn', 'fail', 'error', 'runtime error', 'partial success') then 1 else 0 end) as failed
        from {{ events }}
        where kind = 'node_finished' and status not in ('no-op', 'skipped')
        group by 1, 2
      ) as by_run
    ) as numbered
    where nth <= {{ runs }}
    group by subject
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
