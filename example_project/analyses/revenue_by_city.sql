with

orders as (

    select * from {{ ref('orders') }}

)

select
    city,
    plan,
    count(*) as orders_placed,
    sum(revenue) as revenue,
    round(avg(minutes_to_door), 1) as average_minutes_to_door
from orders
group by city, plan
order by revenue desc
