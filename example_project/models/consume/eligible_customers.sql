{{ config(materialized='ephemeral') }}

with

customers as (

    select * from {{ ref('int_customers') }}

),

eligible as (

    select *
    from customers
    where segment in ('{{ var("counted_segments") | join("', '") }}')

)

select * from eligible
