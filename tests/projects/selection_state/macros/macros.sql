{% macro one() %}2{% endmacro %}
{% macro through() %}{{ one() }}{% endmacro %}
{% macro unchanged() %}1{% endmacro %}
{% macro added() %}1{% endmacro %}
{% test is_odd(model, column_name) %}
select * from {{ model }} where {{ column_name }} % 2 = 0
{% endtest %}
