{# Columns of a node in a run out of the facts of its events `started` and `finished`, each with a comma behind it; none where the
   engine reads no JSON. #}
{% macro event_node_facts() %}
  {{- adapter.dispatch('event_node_facts', 'dbt')() -}}
{% endmacro %}

{% macro default__event_node_facts() %}{% endmacro %}
