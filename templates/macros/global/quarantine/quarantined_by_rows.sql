{#
  The rows of a relation that a test's query returns, each as its `dsql_row`. A row that comes several
  times is taken as often as the query returns it.
#}
{% macro quarantined_by_rows(relation, columns, sql) %}
  {% do return(adapter.dispatch('quarantined_by_rows', 'dbt')(relation, columns, sql)) %}
{% endmacro %}

{% macro default__quarantined_by_rows(relation, columns, sql) %}
{%- set names = columns | map(attribute='name') | join(', ') -%}
{%- set row = 'model_rows.' ~ row_identifier() %}
{%- set rows %}
with failing as (
  select {{ names }}, count(*) as dsql_copies
  from (
{{ sql }}
  ) as failing_rows
  group by {{ names }}
),
matching as (
  select
    {{ row }} as dsql_row,
    failing.dsql_copies,
    row_number() over (
      partition by {{ _quarantine_list(columns, 'model_rows') }}
      order by {{ row }} desc
    ) as dsql_place
  from {{ relation }} as model_rows
  join failing on {{ same_quarantined_row(columns, 'model_rows', 'failing', false) }}
)
select dsql_row
from matching
where dsql_place <= dsql_copies
{% endset -%}
{% do return(rows) %}
{% endmacro %}
