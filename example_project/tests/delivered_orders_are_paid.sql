{{ config(severity='warn', store_failures=true, tags=['finance']) }}

select
    order_id,
    customer_id,
    ordered_on,
    total,
    amount_paid
from {{ ref('orders') }}
where status = 'delivered'
    and amount_paid < total
