{# What incidents hold: rows by a condition, or a version; none where there is no table. #}
{% macro get_incident_holds(table) %}
  {% do return(adapter.dispatch('get_incident_holds', 'dbt')(table)) %}
{% endmacro %}

{% macro default__get_incident_holds(table) %}
  {% if adapter.get_relation(table.database, table.schema, table.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% do return(run_query(
       "select incident_id, node, condition, version, reason from " ~ table
       ~ " where released_at is null order by held_at, node")) %}
{% endmacro %}
