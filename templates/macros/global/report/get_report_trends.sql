{# The scores of the project and of its dimensions in the last runs: level, name, time, score, the oldest first; none where there is no table. #}
{% macro get_report_trends(table, most) %}
  {% do return(adapter.dispatch('get_report_trends', 'dbt')(table, most)) %}
{% endmacro %}

{% macro default__get_report_trends(table, most) %}
  {% if adapter.get_relation(table.database, table.schema, table.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select level, name, scored_at, score
    from (
      select *, dense_rank() over (order by scored_at desc) as nth
      from {{ table }}
      where level in ('project', 'dimension')
    ) as numbered
    where nth <= {{ most }}
    order by scored_at, level, name
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
