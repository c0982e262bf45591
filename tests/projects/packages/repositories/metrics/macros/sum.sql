{% macro total() %}sum(1){% endmacro %}
