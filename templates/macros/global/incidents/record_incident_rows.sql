{# Adds rows to one of the tables of incidents: lists of values, of which the first is no number. #}
{% macro record_incident_rows(table, rows) %}
  {% do return(adapter.dispatch('record_incident_rows', 'dbt')(table, rows)) %}
{% endmacro %}

{% macro default__record_incident_rows(table, rows) %}
  {% call statement() %}
    insert into {{ table }} values
    {% for row in rows %}
    (
      {%- for value in row -%}
      {%- if value is none %}null{% elif value is string %}'{{ escape_single_quotes(value) }}'{% else %}{{ value }}{% endif %}{{ ", " if not loop.last }}
      {%- endfor -%}
    ){{ "," if not loop.last }}
    {% endfor %}
  {% endcall %}
{% endmacro %}
