select id, coalesce(country, 'DE') as country from {{ ref('raw_orders') }}
