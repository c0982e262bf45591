{# Ends what an incident holds, or holds it again where `released_at` is none. #}
{% macro release_incident(table, incident_id, released_at) %}
  {% do return(adapter.dispatch('release_incident', 'dbt')(table, incident_id, released_at)) %}
{% endmacro %}

{% macro default__release_incident(table, incident_id, released_at) %}
  {% call statement() %}
    update {{ table }}
    set released_at = {{ "timestamp '" ~ released_at ~ "'" if released_at else "null" }}
    where incident_id = '{{ escape_single_quotes(incident_id) }}'
  {% endcall %}
{% endmacro %}
