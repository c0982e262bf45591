select id from {{ ref('raw_orders') }}
union all
select id from {{ ref('raw_customers') }}
