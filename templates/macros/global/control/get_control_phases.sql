{# The phases of a metric, those of parts of a node (`amount.mean`) among them, the oldest first; none where there is no table. #}
{% macro get_control_phases(phases, metric) %}
  {% do return(adapter.dispatch('get_control_phases', 'dbt')(phases, metric)) %}
{% endmacro %}

{% macro default__get_control_phases(phases, metric) %}
  {% if adapter.get_relation(phases.database, phases.schema, phases.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% do return(run_query(
       'select node, metric, began_at, run_id, decided_by, reason from ' ~ phases
       ~ " where metric = '" ~ escape_single_quotes(metric)
       ~ "' or metric like '%." ~ escape_single_quotes(metric) ~ "' order by began_at")) %}
{% endmacro %}
