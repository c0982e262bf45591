{# One row from the failing rows of a test: how many, and whether that warns or fails. #}
{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  {% do return(adapter.dispatch('get_test_sql', 'dbt')(
       main_sql, fail_calc, warn_if, error_if, limit)) %}
{%- endmacro %}

{% macro default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    select
      {{ fail_calc }} as failures,
      {{ fail_calc }} {{ warn_if }} as should_warn,
      {{ fail_calc }} {{ error_if }} as should_error
    from (
      {{ main_sql }}
      {{ 'limit ' ~ limit if limit is not none }}
    ) dbt_internal_test
{%- endmacro %}
