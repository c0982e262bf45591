select id from {{ ref('raw_orders') }}
where country = 'DE'
