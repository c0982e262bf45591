{% macro one() %}1{% endmacro %}
