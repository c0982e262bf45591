{#
  The query of a guarded model as it fills a table: each key once, with the columns that soft deletes
  and versions need. `relation` is the table.
#}
{% macro guarded_rows(guards, sql, relation) -%}
  {% do return(adapter.dispatch('guarded_rows', 'dbt')(guards, sql, relation)) %}
{%- endmacro %}

{% macro default__guarded_rows(guards, sql, relation) -%}
  {%- set rows = sql -%}
  {%- if guards.deduplicates -%}
    {%- set key = guards.key + guards.updated_at if guards.strategy == 'scd2' else guards.key -%}
    {%- set rows = latest_rows(sql, key, guards.order) -%}
  {%- endif -%}
  {%- set further = guarded_columns(guards) -%}
  {%- if further -%}
    {%- set rows -%}
    select DBT_INTERNAL_ROWS.*, {{ further | join(', ') }} from (
{{ rows }}
    ) as DBT_INTERNAL_ROWS
    {%- endset -%}
  {%- endif -%}
  {% do return(rows) %}
{%- endmacro %}
