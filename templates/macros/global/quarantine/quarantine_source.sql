{#
  What a test that puts rows into quarantine reads in place of `model`: the rows that its `where` leaves,
  with `dsql_row`, which tells them apart, and `dsql_rank`: of two rows that are equal otherwise the one
  with the lower rank stays. Rows listed in the tables `without` are left out.
#}
{% macro quarantine_source(relation, where=none, without=[], under_retry=false) -%}
  {% do return(adapter.dispatch('quarantine_source', 'dbt')(relation, where, without, under_retry)) %}
{%- endmacro %}

{% macro default__quarantine_source(relation, where, without, under_retry) -%}
  {%- set row = row_identifier() -%}
  (
    select
      {{ row }} as dsql_row,
      {{ 'case when ' ~ row ~ ' in (select dsql_row from dsql_quarantine_retried) then 1 else 0 end'
         if under_retry else 0 }} as dsql_rank,
      model_rows.*
    from {{ relation }} as model_rows
    where 1 = 1
    {%- for table in without %}
      and {{ row }} not in (select dsql_row from {{ table }})
    {%- endfor %}
    {%- if where %}
      and ({{ where }})
    {%- endif %}
  ) dbt_subquery
{%- endmacro %}
