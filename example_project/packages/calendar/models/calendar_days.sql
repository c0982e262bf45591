with

days as (

    {{ calendar.day_series(var('first_day'), var('last_day')) }}

),

described as (

    select
        calendar_day,
        cast(extract(isodow from calendar_day) as integer) as weekday,
        cast({{ dbt.date_trunc('week', 'calendar_day') }} as date) as week_starts_on,
        cast({{ dbt.date_trunc('month', 'calendar_day') }} as date) as month_starts_on
    from days

)

select * from described
