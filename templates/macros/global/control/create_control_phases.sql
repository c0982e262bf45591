{# Makes the table of phases of control charts, where it is not there. #}
{% macro create_control_phases(phases) %}
  {% do return(adapter.dispatch('create_control_phases', 'dbt')(phases)) %}
{% endmacro %}

{% macro default__create_control_phases(phases) %}
  {% call statement() %}
    create table if not exists {{ phases }} (
      node varchar,
      metric varchar,
      began_at timestamp,
      run_id varchar,
      decided_by varchar,
      reason varchar
    )
  {% endcall %}
{% endmacro %}
