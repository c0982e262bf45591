{# Renders to nothing; a query that breaks the model's contract is an error. #}
{%- macro get_assert_columns_equivalent(sql) -%}
  {%- do return(adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql)) -%}
{%- endmacro -%}

{% macro default__get_assert_columns_equivalent(sql) -%}
  {%- if not adapter.has_connection() -%}
    {%- do return('') -%}
  {%- endif -%}
  {% do return(assert_columns_equivalent(sql)) %}
{%- endmacro %}
