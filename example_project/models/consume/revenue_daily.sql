{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='revenue_date',
        incremental_predicates=["revenue_date >= date '" ~ var('books_open_from') ~ "'"],
        on_schema_change='append_new_columns',
    )
}}

with

days as (

    select *
    from {{ ref('calendar_days') }}
    where calendar_day >= date '{{ var("books_open_from") }}'
        and calendar_day <= cast(timestamp '{{ var("as_of") }}' as date)
        {%- if is_incremental() %}
        and calendar_day >= {{ lookback_start('revenue_date') }}
        {%- endif %}

),

orders as (

    select * from {{ ref('orders') }}

),

daily as (

    select
        days.calendar_day as revenue_date,
        {{ calendar.is_weekend('days.weekday') }} as is_weekend,
        count(orders.order_id) as orders_placed,
        count(orders.order_id) filter (where orders.status = 'delivered') as orders_delivered,
        {%- for plan in var('plans') %}
        coalesce(
            sum(orders.revenue) filter (where orders.plan = '{{ plan }}'), 0
        ) as revenue_{{ plan }},
        {%- endfor %}
        coalesce(sum(orders.revenue), 0) as revenue
    from days
    left join orders on days.calendar_day = orders.ordered_on
    group by days.calendar_day, days.weekday

)

select * from daily
