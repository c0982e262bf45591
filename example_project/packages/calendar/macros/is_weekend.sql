{% macro is_weekend(weekday) -%}
    {{ return(adapter.dispatch('is_weekend', 'calendar')(weekday)) }}
{%- endmacro %}

{% macro default__is_weekend(weekday) -%}
    {{ weekday }} in (6, 7)
{%- endmacro %}
