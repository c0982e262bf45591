{# The former name of `get_create_view_as_sql`, under which adapters and projects override it. #}
{% macro create_view_as(relation, sql) -%}
  {% do return(adapter.dispatch('create_view_as', 'dbt')(relation, sql)) %}
{%- endmacro %}

{% macro default__create_view_as(relation, sql) -%}
  {%- set header = config.get('sql_header', none) -%}

  {{ header if header is not none }}
  create view {{ relation.render() }}
  {% if config.get('contract').enforced %}
    {{ get_assert_columns_equivalent(sql) }}
  {% endif %}
  as (
    {{ sql }}
  );
{%- endmacro %}
