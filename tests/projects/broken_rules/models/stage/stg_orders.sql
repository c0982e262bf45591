select id, customer, status, price, quantity, country, changed from {{ ref('raw_orders') }}
