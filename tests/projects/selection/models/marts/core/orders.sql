select * from {{ ref('stg_orders') }} join {{ ref('country_codes') }} using (country)
