{# How data tests and looks at the age of sources ended the last time: node, status, failures. #}
{% macro get_test_results(events) %}
  {% do return(adapter.dispatch('get_test_results', 'dbt')(events)) %}
{% endmacro %}

{% macro default__get_test_results(events) %}
  {% set sql %}
    select node, status, failures
    from (
      select
        node,
        status,
        cast(facts ->> 'failures' as bigint) as failures,
        row_number() over (partition by node order by happened_at desc, run_id desc, sequence desc) as nth
      from {{ events }}
      where kind = 'node_finished'
        and resource_type in ('test', 'source')
        and status in ('pass', 'warn', 'fail', 'error')
    ) as results
    where nth = 1
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
