{{ config(materialized='incremental', unique_key=['day', 'customer_id'], incremental_strategy='delete+insert', post_hook="select 1") }}
select * from {{ ref('stg_payments') }} join {{ ref('orders') }} using (id)
