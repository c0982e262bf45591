{# The local time to the microsecond, as digits only: for names that must not meet each other. #}
{% macro py_current_timestring() %}
  {% do return(modules.datetime.datetime.now().strftime('%Y%m%d%H%M%S%f')) %}
{% endmacro %}
