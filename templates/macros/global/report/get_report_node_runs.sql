{# The nodes of a run in the order in which they began: the columns of their view, and when the run had planned them. #}
{% macro get_report_node_runs(events, node_runs, run_id) %}
  {% do return(adapter.dispatch('get_report_node_runs', 'dbt')(events, node_runs, run_id)) %}
{% endmacro %}

{% macro default__get_report_node_runs(events, node_runs, run_id) %}
  {% set of_run = "run_id = '" ~ escape_single_quotes(run_id) ~ "'" %}
  {% set sql %}
    select
      node_runs.*,
      (select min(happened_at) from {{ events }} where {{ of_run }} and kind = 'nodes_planned') as planned_at
    from {{ node_runs }} as node_runs
    where {{ of_run }}
    order by started_at, ended_at, node
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
