{# The scores of the project in earlier runs, the oldest first; none where there is no table. #}
{% macro get_dq_trend(table, runs) %}
  {% do return(adapter.dispatch('get_dq_trend', 'dbt')(table, runs)) %}
{% endmacro %}

{% macro default__get_dq_trend(table, runs) %}
  {% if adapter.get_relation(table.database, table.schema, table.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select scored_at, score
    from (
      select scored_at, score, row_number() over (order by scored_at desc, run_id) as nth
      from {{ table }}
      where level = 'project'
    ) as numbered
    where nth <= {{ runs }}
    order by nth desc
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
