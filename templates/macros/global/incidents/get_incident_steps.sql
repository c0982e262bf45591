{# What was done in an incident, in order. #}
{% macro get_incident_steps(table, incident_id) %}
  {% do return(run_query(
       "select step_at, done_by, step, subject, detail from " ~ table
       ~ " where incident_id = '" ~ escape_single_quotes(incident_id) ~ "' order by step_at")) %}
{% endmacro %}
