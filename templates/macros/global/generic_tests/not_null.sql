{% test not_null(model, column_name) %}
    {% set test = adapter.dispatch('test_not_null', 'dbt') %}
    {{ test(model, column_name) }}
{% endtest %}

{# Stored failures are there to be looked at, so they are whole rows. #}
{% macro default__test_not_null(model, column_name) %}

{% set shown = '*' if should_store_failures() else column_name %}

select {{ shown }}
from {{ model }}
where {{ column_name }} is null

{% endmacro %}
