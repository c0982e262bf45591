{# Incidents, the newest first; none where there is no table. #}
{% macro get_incidents(table) %}
  {% do return(adapter.dispatch('get_incidents', 'dbt')(table)) %}
{% endmacro %}

{% macro default__get_incidents(table) %}
  {% if adapter.get_relation(table.database, table.schema, table.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% do return(run_query(
       "select incident_id, opened_at, opened_by, node, column_name, condition, since, reason, state, closed_at from "
       ~ table ~ " order by opened_at desc, incident_id")) %}
{% endmacro %}
