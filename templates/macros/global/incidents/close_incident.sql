{# Sets the state of an incident; `closed_at` is none while it goes on. #}
{% macro close_incident(table, incident_id, state, closed_at) %}
  {% do return(adapter.dispatch('close_incident', 'dbt')(table, incident_id, state, closed_at)) %}
{% endmacro %}

{% macro default__close_incident(table, incident_id, state, closed_at) %}
  {% call statement() %}
    update {{ table }}
    set state = '{{ state }}', closed_at = {{ "timestamp '" ~ closed_at ~ "'" if closed_at else "null" }}
    where incident_id = '{{ escape_single_quotes(incident_id) }}'
  {% endcall %}
{% endmacro %}
