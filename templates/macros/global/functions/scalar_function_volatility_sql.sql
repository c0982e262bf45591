{# Whether the same arguments always give the same value; said only if the function says it. #}
{% macro scalar_function_volatility_sql() %}
  {% do return(adapter.dispatch('scalar_function_volatility_sql', 'dbt')()) %}
{% endmacro %}

{% macro default__scalar_function_volatility_sql() %}
  {% set keywords = {
       'deterministic': 'IMMUTABLE', 'stable': 'STABLE', 'non-deterministic': 'VOLATILE'} %}
  {% set volatility = model.config.get('volatility') %}
  {% if volatility in keywords %}
    {{ keywords[volatility] }}
  {% elif volatility is not none %}
    {% do unsupported_volatility_warning(volatility) %}
  {% endif %}
{% endmacro %}
