select id, coalesce(status, 'placed') as status from {{ ref('stg_orders') }}
