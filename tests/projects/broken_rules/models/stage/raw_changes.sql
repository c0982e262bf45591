select id, changed from {{ ref('raw_orders') }}
