{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='device_id',
        merge_update_columns=['last_received_at'],
        on_schema_change='fail',
    )
}}

with

events as (

    select * from {{ ref('int_order_events') }}
    {%- if is_incremental() %}
    where received_at >= {{ lookback_start('last_received_at') }}
    {%- endif %}

),

devices as (

    select
        device_id,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at
    from events
    group by device_id

)

select * from devices
