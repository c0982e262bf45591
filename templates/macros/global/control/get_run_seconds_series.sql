{# How long runs took that went well, by command: command, run, time, value and size, the oldest first. #}
{% macro get_run_seconds_series(events, nodes) %}
  {% do return(adapter.dispatch('get_run_seconds_series', 'dbt')(events, nodes)) %}
{% endmacro %}

{% macro default__get_run_seconds_series(events, nodes) %}
  {% set sql %}
    select started.message, ended.run_id, ended.happened_at, ended.seconds, null
    from {{ events }} as ended
    join {{ events }} as started on started.run_id = ended.run_id and started.kind = 'run_started'
    where ended.kind = 'run_finished' and ended.status = 'success'
    order by ended.happened_at, ended.run_id
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
