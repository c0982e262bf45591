with

orders as (

    select
        order_id,
        customer_id,
        restaurant_name,
        city,
        ordered_at,
        cast(ordered_at as date) as ordered_on,
        {{ cents_to_amount('subtotal_cents') }} as subtotal,
        {{ cents_to_amount('coalesce(tip_cents, 0)') }} as tip
    from {{ ref('int_orders') }}

),

contracts as (

    select * from {{ ref('customer_contracts') }}

),

statuses as (

    select * from {{ ref('order_status') }}

),

payments as (

    select
        order_id,
        {{ cents_to_amount('sum(amount_cents)') }} as amount_paid
    from {{ ref('int_payments') }}
    where state in ('settled', 'refunded')
    group by order_id

),

priced as (

    select
        orders.order_id,
        orders.customer_id,
        contracts.contract_id,
        contracts.plan,
        orders.restaurant_name,
        orders.city,
        orders.ordered_at,
        orders.ordered_on,
        statuses.status,
        statuses.delivered_at,
        cast(
            {{ minutes_between('orders.ordered_at', 'statuses.delivered_at') }} as decimal(9, 1)
        ) as minutes_to_door,
        orders.subtotal,
        contracts.delivery_fee,
        orders.tip,
        orders.subtotal + contracts.delivery_fee + orders.tip as total,
        coalesce(payments.amount_paid, 0) as amount_paid,
        cast(
            case
                when statuses.status = 'delivered'
                    then orders.subtotal * {{ var('commission_rate') }} + contracts.delivery_fee
                else 0
            end as decimal(12, 2)
        ) as revenue
    from orders
    inner join contracts
        on orders.customer_id = contracts.customer_id
        and orders.ordered_on >= contracts.valid_from
        and orders.ordered_on < contracts.valid_until
    inner join statuses on orders.order_id = statuses.order_id
    left join payments on orders.order_id = payments.order_id

)

select * from priced
