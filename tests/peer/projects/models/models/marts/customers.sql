select c.customer, c.orders, e.euros from {{ ref('eph') }} as c
join (select customer, sum(euros) as euros from {{ ref('stg_orders') }} group by 1) as e using (customer)
