{% macro today() %}current_date{% endmacro %}
