{# How many rows quarantines have, by state and reason: place in the list, state, reason, rows, first and last time. #}
{% macro get_report_quarantine(quarantines) %}
  {% do return(adapter.dispatch('get_report_quarantine', 'dbt')(quarantines)) %}
{% endmacro %}

{% macro default__get_report_quarantine(quarantines) %}
  {% set counts = [] %}
  {% for quarantine in quarantines %}
    {% if adapter.get_relation(quarantine.database, quarantine.schema, quarantine.identifier) is not none %}
      {% set sql %}
    select {{ loop.index0 }}, dsql_state, dsql_reasons, count(*), min(dsql_quarantined_at), max(dsql_quarantined_at)
    from {{ quarantine }}
    where dsql_state <> 'correction'
    group by dsql_state, dsql_reasons
      {% endset %}
      {% do counts.append(sql) %}
    {% endif %}
  {% endfor %}
  {% do return(run_query(counts | join('    union all\n')) if counts else none) %}
{% endmacro %}
