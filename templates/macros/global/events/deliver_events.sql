{# Adds the events of a run that the table does not have yet, from the file at a path, where the engine reads files. #}
{% macro deliver_events(events, columns, run_id, path, has_twice) %}
  {% do return(adapter.dispatch('deliver_events', 'dbt')(events, columns, run_id, path, has_twice)) %}
{% endmacro %}

{% macro default__deliver_events(events, columns, run_id, path, has_twice) %}
  {{ exceptions.raise_compiler_error(target.type ~ " does not read files of events") }}
{% endmacro %}
