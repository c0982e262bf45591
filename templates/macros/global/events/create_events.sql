{# Makes the table of events, where it is not there. #}
{% macro create_events(events, columns) %}
  {% do return(adapter.dispatch('create_events', 'dbt')(events, columns)) %}
{% endmacro %}

{% macro default__create_events(events, columns) %}
  {% set repeated = ["run_id", "level", "kind", "node", "name", "resource_type", "status"] %}
  {% do adapter.create_schema(events.without_identifier()) %}
  {% call statement() %}
    create table if not exists {{ events }} (
      {% for column, type in columns %}
      {{ column }} {{ type }}{{ appended_storage(column in repeated) if type in ["varchar", "json", "double"] }}{{ "," if not loop.last }}
      {% endfor %}
    )
  {% endcall %}
{% endmacro %}
