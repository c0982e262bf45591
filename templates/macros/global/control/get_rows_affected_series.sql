{# How many rows nodes wrote, where the engine says so: node, run, time, value and size, the oldest first. #}
{% macro get_rows_affected_series(events, nodes) %}
  {% do return(adapter.dispatch('get_rows_affected_series', 'dbt')(events, nodes)) %}
{% endmacro %}

{% macro default__get_rows_affected_series(events, nodes) %}
  {% set rows = "(facts -> 'answer' -> 'adapter_response' ->> 'rows_affected')" %}
  {% set sql %}
    select node, run_id, happened_at, cast({{ rows }} as double precision), null
    from {{ events }}
    where kind = 'node_finished'
      and status = 'success'
      and {{ rows }} is not null
      {{ among_nodes(nodes) }}
    order by happened_at, run_id, sequence
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
