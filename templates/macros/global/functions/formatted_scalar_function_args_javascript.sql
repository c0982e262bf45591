{% macro formatted_scalar_function_args_javascript() %}
  {% do return(adapter.dispatch('formatted_scalar_function_args_javascript', 'dbt')()) %}
{% endmacro %}

{% macro default__formatted_scalar_function_args_javascript() %}
  {% do exceptions.raise_compiler_error(
       '`formatted_scalar_function_args_javascript` is not implemented for adapter '
       ~ adapter.type()) %}
{% endmacro %}
