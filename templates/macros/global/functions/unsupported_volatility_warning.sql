{% macro unsupported_volatility_warning(volatility) %}
  {% do return(adapter.dispatch('unsupported_volatility_warning', 'dbt')(volatility)) %}
{% endmacro %}

{% macro default__unsupported_volatility_warning(volatility) %}
  {% do exceptions.warn('The volatility `' ~ volatility ~ '` of function `' ~ model.name
       ~ '` is ignored, because adapter ' ~ adapter.type() ~ ' does not know it') %}
{% endmacro %}
