{{ config(severity='warn', tags=['single'], store_failures=true) }}
select * from {{ ref('stg_orders') }} where euros < 5
