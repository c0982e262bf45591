{% macro one() %}1{% endmacro %}
{% macro through() %}{{ one() }}{% endmacro %}
{% macro unchanged() %}1{% endmacro %}
{% test is_odd(model, column_name) %}
select * from {{ model }} where {{ column_name }} % 2 < 1
{% endtest %}
