{% macro scalar_function_volatility_javascript() %}
  {% do return(adapter.dispatch('scalar_function_volatility_javascript', 'dbt')()) %}
{% endmacro %}

{% macro default__scalar_function_volatility_javascript() %}
  {% if model.config.get('volatility') is not none %}
    {% do exceptions.warn('The volatility of a javascript function is ignored by adapter '
         ~ adapter.type()) %}
  {% endif %}
{% endmacro %}
