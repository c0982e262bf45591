{# Joins each `run` with what it has changed, as `change`; nothing where the engine reads no JSON. #}
{% macro event_run_changes(events) %}
  {{- adapter.dispatch('event_run_changes', 'dbt')(events) -}}
{% endmacro %}

{% macro default__event_run_changes(events) %}{% endmacro %}
