{# The last scores of the whole project, without those of tests and entities; none where there is no table. #}
{% macro get_report_scores(table) %}
  {% do return(adapter.dispatch('get_report_scores', 'dbt')(table)) %}
{% endmacro %}

{% macro default__get_report_scores(table) %}
  {% if adapter.get_relation(table.database, table.schema, table.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select level, subject, name, dimension, score, tests, failed_tests, owner, likelihood, impact, scored_at
    from {{ table }}
    where level not in ('entity', 'test')
      and scored_at = (select max(scored_at) from {{ table }} where level = 'project')
    order by level, score, name
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
