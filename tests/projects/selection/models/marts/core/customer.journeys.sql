select * from {{ ref('customers') }} join {{ ref('stg_web_clicks') }} using (customer_id)
