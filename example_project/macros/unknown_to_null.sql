{% macro unknown_to_null(column) -%}
    nullif({{ column }}, date '{{ var("unknown_day") }}')
{%- endmacro %}
