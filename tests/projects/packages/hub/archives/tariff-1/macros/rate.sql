{% macro rate() %}0.2{% endmacro %}
