{% macro minutes_between(earlier, later) -%}
    {{ return(adapter.dispatch('minutes_between')(earlier, later)) }}
{%- endmacro %}

{% macro default__minutes_between(earlier, later) -%}
    {{ dbt.datediff(earlier, later, 'second') }} / 60.0
{%- endmacro %}

{% macro duckdb__minutes_between(earlier, later) -%}
    date_diff('second', {{ earlier }}, {{ later }}) / 60.0
{%- endmacro %}
