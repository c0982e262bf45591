{# Rows of a scope in a table of alerts as text: those that are open, or the last ones by a time. #}
{% macro get_alerts(alerts, columns, scope, open=none, by=none, most=none) %}
  {% do return(adapter.dispatch('get_alerts', 'dbt')(alerts, columns, scope, open, by, most)) %}
{% endmacro %}

{% macro default__get_alerts(alerts, columns, scope, open, by, most) %}
  {% set sql %}
    select
      {% for column, type in columns %}
      cast({{ column }} as varchar) as {{ column }}{{ "," if not loop.last }}
      {% endfor %}
    from {{ alerts }}
    where scope = '{{ escape_single_quotes(scope) }}'
    {% if open == "recovered_at" %}
      and recovered_at is null
    {% elif open %}
      and {{ open }} = 'waiting'
    {% endif %}
    {% if by %}
    order by {{ by }} desc, {{ columns[0][0] }}
    limit {{ most }}
    {% endif %}
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
