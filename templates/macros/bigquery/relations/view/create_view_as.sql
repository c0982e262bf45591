{% macro bigquery__create_view_as(relation, sql) -%}
  {{ config.get('sql_header', none) or '' }}
  create or replace view {{ relation.render() }}
  as (
    {{ sql }}
  )
{%- endmacro %}
