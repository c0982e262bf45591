with

by_day as (

    select sum(revenue) as revenue
    from {{ ref('revenue_daily') }}

),

by_order as (

    select sum(revenue) as revenue
    from {{ ref('orders') }}
    where ordered_on >= date '{{ var("books_open_from") }}'

)

select
    by_day.revenue as revenue_by_day,
    by_order.revenue as revenue_by_order
from by_day
cross join by_order
where by_day.revenue is distinct from by_order.revenue
