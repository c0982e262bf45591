{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('stg_orders') }}

),

days as (

    select
        ordered_on,
        count(*) as order_count,
        coalesce(sum(amount), 0) as revenue
    from orders
    group by ordered_on

)

select * from days
