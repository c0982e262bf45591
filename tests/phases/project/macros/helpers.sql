{% macro from_customers() %}select * from {{ ref('customers') }}{% endmacro %}
{% macro customers_relation() %}{{ return(ref('customers')) }}{% endmacro %}
{% macro configure() %}{{ config(materialized='table', tags=['from_macro']) }}{% endmacro %}
{% macro numbers_from_database() %}
  {%- set result = run_query('select 1 as n union all select 2 order by 1') -%}
  {%- if execute -%}{{ return(result.columns[0].values()) }}{%- else -%}{{ return([]) }}{%- endif -%}
{% endmacro %}
{% macro only_when_executing() %}{% if execute %}{{ ref('orders') }}{% endif %}{% endmacro %}
{% macro inner() %}inner{% endmacro %}
{% macro outer() %}{{ inner() }}{% endmacro %}
