{% macro get_aggregate_function_volatility_specifier() %}
  {% do return(adapter.dispatch('get_aggregate_function_volatility_specifier', 'dbt')()) %}
{% endmacro %}

{% macro default__get_aggregate_function_volatility_specifier() %}
  {% do return(scalar_function_volatility_sql()) %}
{% endmacro %}
