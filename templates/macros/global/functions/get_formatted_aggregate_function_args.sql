{% macro get_formatted_aggregate_function_args() %}
  {% do return(adapter.dispatch('get_formatted_aggregate_function_args', 'dbt')()) %}
{% endmacro %}

{% macro default__get_formatted_aggregate_function_args() %}
  {% do return(formatted_scalar_function_args_sql()) %}
{% endmacro %}
