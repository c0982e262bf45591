{# What the last checkpoint of each node has counted of its inputs; none where there is no such view. #}
{% macro get_report_flow(inputs) %}
  {% do return(adapter.dispatch('get_report_flow', 'dbt')(inputs)) %}
{% endmacro %}

{% macro default__get_report_flow(inputs) %}
  {% if adapter.get_relation(inputs.database, inputs.schema, inputs.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select node, input, rows_in, rows, rows_quarantined, is_accepted, measured_at
    from (
      select *, dense_rank() over (partition by node order by measured_at desc, run_id desc) as nth
      from {{ inputs }}
    ) as numbered
    where nth = 1
    order by node, input
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
