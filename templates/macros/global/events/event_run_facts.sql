{# Columns of a run out of the facts of its event `started`, and of what `change` says, each with a comma behind it; none where the engine reads no JSON. #}
{% macro event_run_facts() %}
  {{- adapter.dispatch('event_run_facts', 'dbt')() -}}
{% endmacro %}

{% macro default__event_run_facts() %}{% endmacro %}
