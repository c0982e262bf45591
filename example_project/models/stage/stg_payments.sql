with

source as (

    select * from {{ ref('raw_payments') }}

),

renamed as (

    select
        payment_id,
        attempt,
        "order" as order_id,
        method,
        state,
        amount_cents,
        cast(booked as timestamp) as booked_at
    from source

)

select * from renamed
