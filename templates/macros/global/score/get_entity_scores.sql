{# The entities of a run with the least scores: node, entity, score, rows, failed rows; as many as wanted of each node. #}
{% macro get_entity_scores(table, run_id, most) %}
  {% do return(adapter.dispatch('get_entity_scores', 'dbt')(table, run_id, most)) %}
{% endmacro %}

{% macro default__get_entity_scores(table, run_id, most) %}
  {% set sql %}
    select subject, name, score, row_count, failed_rows
    from (
      select *, row_number() over (partition by subject order by score, failed_rows desc, name) as nth
      from {{ table }}
      where level = 'entity' and run_id = '{{ escape_single_quotes(run_id) }}'
    ) as numbered
    where nth <= {{ most }}
    order by subject, nth
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
