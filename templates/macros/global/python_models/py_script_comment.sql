{# For adapters that say how to run the code by hand. #}
{% macro py_script_comment() %}
{% endmacro %}
