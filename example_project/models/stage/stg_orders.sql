with

source as (

    select * from {{ ref('raw_orders') }}

),

renamed as (

    select
        id as order_id,
        customer as customer_id,
        restaurant as restaurant_name,
        city,
        cast(ordered as timestamp) as ordered_at,
        subtotal_cents,
        tip_cents,
        cast(changed as timestamp) as changed_at
    from source

)

select * from renamed
