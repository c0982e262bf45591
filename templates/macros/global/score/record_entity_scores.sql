{# Scores the entities of a relation by the rows that fail its tests, and adds those that are not without failures. `keys`: columns, with
   `hides` where nobody may see their values; `tests`: queries of the rows that fail, with weights. #}
{% macro record_entity_scores(table, run_id, scored_at, node, relation, keys, tests, formula) %}
  {% do return(adapter.dispatch('record_entity_scores', 'dbt')(table, run_id, scored_at, node, relation, keys, tests, formula)) %}
{% endmacro %}

{% macro default__record_entity_scores(table, run_id, scored_at, node, relation, keys, tests, formula) %}
  {% set parts = [] %}
  {% for key in keys %}
    {% set text = "coalesce(cast(model_rows." ~ key.name ~ " as varchar), '')" %}
    {% do parts.append("md5(" ~ text ~ ")" if key.hides else text) %}
  {% endfor %}
  {% call statement() %}
    insert into {{ table }}
    with failing as (
      {% for test in tests %}
      select dsql_row, {{ test.weight }} as weight
      from (select distinct dsql_row from (
        {{ test.rows }}
      ) as found) as rows_of_test
      {{ "union all" if not loop.last }}
      {% endfor %}
    ),
    by_row as (
      select dsql_row, sum(weight) as failing
      from failing
      group by dsql_row
    )
    select
      '{{ escape_single_quotes(run_id) }}',
      timestamp '{{ scored_at }}',
      'entity',
      '{{ escape_single_quotes(node) }}',
      {{ parts | join(" || ', ' || ") }} as entity,
      null,
      1 - sum(coalesce(by_row.failing, 0)) / (count(*) * {{ tests | sum(attribute='weight') }}),
      {{ tests | length }},
      null,
      count(*),
      count(by_row.failing),
      null,
      null,
      null,
      '{{ escape_single_quotes(formula) }}'
    from {{ relation }} as model_rows
    left join by_row on by_row.dsql_row = model_rows.{{ row_identifier() }}
    group by entity
    having count(by_row.failing) > 0
  {% endcall %}
{% endmacro %}
