select id, case when quantity > 10 then 'large' else 'small' end as size from {{ ref('stg_orders') }}
