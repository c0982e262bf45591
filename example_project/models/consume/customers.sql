with

customers as (

    select * from {{ ref('eligible_customers') }}

),

contracts as (

    select *
    from {{ ref('customer_contracts') }}
    where valid_from <= timestamp '{{ var("as_of") }}'
        and valid_until > timestamp '{{ var("as_of") }}'

),

orders as (

    select
        customer_id,
        min(ordered_on) as first_ordered_on,
        max(ordered_on) as last_ordered_on,
        count(*) as orders_placed,
        count(*) filter (where status = 'delivered') as orders_delivered,
        sum(revenue) as revenue
    from {{ ref('orders') }}
    group by customer_id

),

joined as (

    select
        customers.customer_id,
        customers.customer_name,
        customers.email,
        customers.city,
        customers.segment,
        customers.signed_up_on,
        contracts.plan,
        contracts.is_default as has_default_contract,
        contracts.monthly_fee,
        orders.first_ordered_on,
        orders.last_ordered_on,
        coalesce(orders.orders_placed, 0) as orders_placed,
        coalesce(orders.orders_delivered, 0) as orders_delivered,
        coalesce(orders.revenue, 0) as revenue
    from customers
    inner join contracts on customers.customer_id = contracts.customer_id
    left join orders on customers.customer_id = orders.customer_id

)

select * from joined
