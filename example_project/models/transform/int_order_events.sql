{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='ignore',
        post_hook={'sql': 'analyze {{ this }}', 'transaction': false},
    )
}}

with

first_received as (

    {% call one_row_per('event_id', order_by='received_at') -%}
        select * from {{ ref('stg_order_events') }}
        {%- if is_incremental() %}
        where event_id not in (select event_id from {{ this }})
        {%- endif %}
    {%- endcall %}

),

conformed as (

    select
        event_id,
        order_id,
        device_id,
        {{ snake_case('event_name') }} as event_name,
        {{ unknown_to_null('happened_at') }} as happened_at,
        received_at,
        battery_percent
    from first_received

)

select * from conformed
