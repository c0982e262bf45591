{#
  Of the rows that are the same in some expressions, all but the one that the test's `survivor` puts
  first. What that leaves open is decided by all columns, so that it comes out the same each time.
#}
{% macro quarantined_repetitions(model, keys, condition='1 = 1') %}
  {{ adapter.dispatch('quarantined_repetitions', 'dbt')(model, keys, condition) }}
{% endmacro %}

{% macro default__quarantined_repetitions(model, keys, condition) %}
{%- set survivor = config.get('survivor') -%}
{%- set order = ['dsql_rank'] + ([survivor] if survivor is string else (survivor or []) | list) + quarantine_columns + ['dsql_row'] -%}
{%- set named, names, same = [], [], [] -%}
{%- for key in keys -%}
  {%- set name = 'dsql_key_' ~ loop.index -%}
  {%- do named.append('(' ~ key ~ ') as ' ~ name) -%}
  {%- do names.append(name) -%}
  {%- do same.append(same_value('candidates.' ~ name, 'repeated.' ~ name)) -%}
{%- endfor %}
with candidates as (
  select *, {{ named | join(', ') }}
  from {{ model }}
  where {{ condition }}
),
repeated as (
  select {{ names | join(', ') }}
  from candidates
  group by {{ names | join(', ') }}
  having count(*) > 1
),
ordered as (
  select
    dsql_row,
    row_number() over (
      partition by {{ 'candidates.' ~ names | join(', candidates.') }}
      order by {{ order | join(', ') }}
    ) as dsql_place
  from candidates
  join repeated on {{ same | join(' and ') }}
)
select dsql_row
from ordered
where dsql_place > 1
{% endmacro %}
