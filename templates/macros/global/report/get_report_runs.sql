{# The last runs, the oldest first: the columns of the view of runs; none where there is no such view. #}
{% macro get_report_runs(events, runs, most) %}
  {% do return(adapter.dispatch('get_report_runs', 'dbt')(events, runs, most)) %}
{% endmacro %}

{% macro default__get_report_runs(events, runs, most) %}
  {% if adapter.get_relation(runs.database, runs.schema, runs.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select *
    from {{ runs }}
    where run_id in (
      select run_id
      from (
        select run_id, row_number() over (order by min(happened_at) desc, run_id desc) as nth
        from {{ events }}
        where kind in ('run_started', 'nodes_planned')
        group by run_id
      ) as numbered
      where nth <= {{ most }}
    )
    order by started_at, run_id
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
