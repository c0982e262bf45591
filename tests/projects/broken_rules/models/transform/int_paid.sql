select id from {{ ref('stg_orders') }}
where status = 'paid'
