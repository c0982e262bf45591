{# The last incidents with what was done in each, the newest first, their steps in order; none where there is no such table. #}
{% macro get_report_incidents(incidents, steps, most) %}
  {% do return(adapter.dispatch('get_report_incidents', 'dbt')(incidents, steps, most)) %}
{% endmacro %}

{% macro default__get_report_incidents(incidents, steps, most) %}
  {% if adapter.get_relation(incidents.database, incidents.schema, incidents.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select
      incidents.incident_id,
      incidents.opened_at,
      incidents.opened_by,
      incidents.node,
      incidents.column_name,
      incidents.reason,
      incidents.state,
      incidents.closed_at,
      steps.step_at,
      steps.done_by,
      steps.step,
      steps.subject
    from (
      select *, row_number() over (order by opened_at desc, incident_id) as nth
      from {{ incidents }}
    ) as incidents
    left join {{ steps }} as steps on steps.incident_id = incidents.incident_id
    where incidents.nth <= {{ most }}
    order by incidents.nth, steps.step_at, steps.step, steps.subject
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
