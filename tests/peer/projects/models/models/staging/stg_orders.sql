{{ config(materialized='view', meta={'layer': 'stage'}, tags=['stage', 'all']) }}
select id, customer, {{ cents('amount') }} as euros, day, flag from {{ ref('raw_orders') }}
