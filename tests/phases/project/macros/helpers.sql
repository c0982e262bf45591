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
{% macro default__overridden() %}of the corpus{% endmacro %}
{% macro nothing_in_a_macro() %}{{ nothing_there.attribute }}{% endmacro %}
{% macro nothing_called_in_a_macro() %}{{ nothing_there() }}{% endmacro %}
{% macro unknown_filter_in_a_macro() %}{% if execute %}{{ 'a'|upper }}{% endif %}{% endmacro %}
{% macro returns_nothing() %}{{ return(nothing_there) }}{% endmacro %}
{% macro deep(n) %}{% if n > 0 %}{{ deep(n - 1) }}{% else %}{{ ref('customers') }}{% endif %}{% endmacro %}
{% macro sets(n) %}{% do context.update({}) %}{{ n }}{% endmacro %}
{% macro with_statement(sql) %}{% call statement('inner', fetch_result=true) %}{{ sql }}{% endcall %}{{ return(load_result('inner').data) }}{% endmacro %}
