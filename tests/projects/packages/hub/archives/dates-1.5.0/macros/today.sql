{% macro today() %}date '2024-01-01'{% endmacro %}
