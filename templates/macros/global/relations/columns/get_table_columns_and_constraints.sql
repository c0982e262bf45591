{# The column list of a `create table` under an enforced contract. #}
{%- macro get_table_columns_and_constraints() -%}
  {%- do return(adapter.dispatch('get_table_columns_and_constraints', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__get_table_columns_and_constraints() -%}
  {% do return(table_columns_and_constraints()) %}
{%- endmacro %}
