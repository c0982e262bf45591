with

source as (

    select * from {{ ref('raw_orders') }}

),

renamed as (

    select
        id as order_id,
        customer as customer_name,
        cast(ordered_on as date) as ordered_on,
        amount
    from source

)

select * from renamed
