{# Makes a table of alerts, where it is not there. #}
{% macro create_alerts(alerts, columns) %}
  {% do return(adapter.dispatch('create_alerts', 'dbt')(alerts, columns)) %}
{% endmacro %}

{% macro default__create_alerts(alerts, columns) %}
  {% do adapter.create_schema(alerts.without_identifier()) %}
  {% call statement() %}
    create table if not exists {{ alerts }} (
      {% for column, type in columns %}
      {{ column }} {{ type }}{{ "," if not loop.last }}
      {% endfor %}
    )
  {% endcall %}
{% endmacro %}
