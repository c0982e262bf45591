select id, price * quantity as total from {{ ref('stg_orders') }}
