-- The source reads the relation that this seed loads, so the seed has to come first:
-- depends_on: {{ ref('raw_order_events') }}

with

source as (

    select * from {{ source('courier_devices', 'order_events') }}

),

renamed as (

    select
        event_id,
        order_id,
        device as device_id,
        event as event_name,
        cast(happened as timestamp) as happened_at,
        cast(received as timestamp) as received_at,
        battery as battery_percent
    from source

)

select * from renamed
