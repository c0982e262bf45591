{# Drops the tables in which the rows of a run were noted. #}
{% macro end_quarantine() %}
  {% do return(adapter.dispatch('end_quarantine', 'dbt')()) %}
{% endmacro %}

{% macro default__end_quarantine() %}
  {% for table in ['marks', 'accepted', 'retried', 'seen', 'known', 'taken', 'entries'] %}
    {% call statement() %}
      drop table if exists dsql_quarantine_{{ table }}
    {% endcall %}
  {% endfor %}
{% endmacro %}
