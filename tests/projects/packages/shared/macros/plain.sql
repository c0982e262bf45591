{% macro plain() %}1{% endmacro %}
