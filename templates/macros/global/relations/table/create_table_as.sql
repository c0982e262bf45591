{# The former name of `get_create_table_as_sql`, under which adapters and projects override it. #}
{% macro create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- set create = adapter.dispatch('create_table_as', 'dbt') -%}
  {# Overrides from before there were languages take three arguments. #}
  {%- if language == 'sql' -%}
    {{ create(temporary, relation, compiled_code) }}
  {%- else -%}
    {{ create(temporary, relation, compiled_code, language) }}
  {%- endif -%}
{%- endmacro %}

{% macro default__create_table_as(temporary, relation, sql) -%}
  {%- set header = config.get('sql_header', none) -%}
  {%- set has_contract = config.get('contract').enforced and not temporary -%}

  {{ header if header is not none }}

  create {{ 'temporary ' if temporary }}table
    {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {% if has_contract %}
    {{ get_assert_columns_equivalent(sql) }}
    {{ get_table_columns_and_constraints() }}
    {% set sql = get_select_subquery(sql) %}
  {% endif %}
  as (
    {{ sql }}
  );
{%- endmacro %}
