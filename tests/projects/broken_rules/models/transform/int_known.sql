select id from {{ ref('stg_orders') }}
where customer in (select id from {{ ref('stg_customers') }})
