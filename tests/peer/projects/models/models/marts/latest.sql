select * from {{ ref('orders') }} union all select id, customer, 0 from {{ ref('orders', v=1) }}
