{% macro snowflake__create_table_as(temporary, relation, sql) -%}
  {%- set kind = 'temporary' if temporary else 'transient' if config.get('transient', true) else '' %}
  {{ config.get('sql_header', none) or '' }}
  create or replace {{ kind }} table {{ relation.render() }}
  {% if config.get('contract').enforced and not temporary %}
  {{ get_table_columns_and_constraints() }}
  {% set sql = get_select_subquery(sql) %}
  {% endif %}
  as (
    {{ sql }}
  )
{%- endmacro %}
