{% macro day_series(first_day, last_day) -%}
    {{ return(adapter.dispatch('day_series', 'calendar')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__day_series(first_day, last_day) -%}
    with recursive day_by_day as (

        select cast('{{ first_day }}' as date) as calendar_day

        union all

        select cast({{ dbt.dateadd('day', 1, 'calendar_day') }} as date) as calendar_day
        from day_by_day
        where calendar_day < cast('{{ last_day }}' as date)

    )

    select calendar_day from day_by_day
{%- endmacro %}

{% macro duckdb__day_series(first_day, last_day) -%}
    select cast(moment as date) as calendar_day
    from generate_series(
        cast('{{ first_day }}' as timestamp),
        cast('{{ last_day }}' as timestamp),
        interval 1 day
    ) as series (moment)
{%- endmacro %}
