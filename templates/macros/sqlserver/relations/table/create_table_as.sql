{# `select into` takes no query that begins with `with`, so it reads a view. #}
{% macro sqlserver__create_table_as(temporary, relation, sql) -%}
  {%- set view = relation.incorporate(path={'identifier': relation.identifier ~ '__dbt_query'}, type='view').include(database=false) %}
  {{ sqlserver__exec('create or alter view ' ~ view ~ ' as\n' ~ sql) }};
  {% if config.get('contract').enforced and not temporary %}
  create table {{ relation.render() }}
  {{ get_table_columns_and_constraints() }};
  insert into {{ relation.render() }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
  select {{ adapter.dispatch('get_column_names', 'dbt')() }} from {{ view }};
  {% else %}
  select * into {{ relation.render() }} from {{ view }};
  {% endif %}
  drop view {{ view }};
  {% if config.get('materialized') == 'incremental' and get_write_guards() %}
  drop view if exists {{ this.incorporate(path={'identifier': this.identifier ~ '__dbt_rows'}).include(database=false) }}
  {% endif %}
{%- endmacro %}
