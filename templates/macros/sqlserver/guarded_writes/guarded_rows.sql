{# No query of a query may begin with `with`, so the model's own query becomes a view first. #}
{% macro sqlserver__guarded_rows(guards, sql, relation) -%}
  {%- set view = relation.incorporate(path={'identifier': relation.identifier ~ '__dbt_rows'}, type='view') -%}
  {%- call statement() %}
    {{ sqlserver__exec('create or alter view ' ~ view.include(database=false) ~ ' as\n' ~ sql) }}
  {%- endcall -%}
  {%- set key = guards.key + guards.updated_at if guards.strategy == 'scd2' else guards.key -%}
  {%- set rows = latest_rows(view, key, guards.order) if guards.deduplicates else 'select * from ' ~ view -%}
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
