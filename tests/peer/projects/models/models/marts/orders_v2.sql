select id, customer as buyer, euros from {{ ref('stg_orders') }}
