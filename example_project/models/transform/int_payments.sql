{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['payment_id', 'attempt'],
        on_schema_change='sync_all_columns',
    )
}}

with

latest as (

    {% call one_row_per('payment_id, attempt', order_by='booked_at desc') -%}
        select * from {{ ref('stg_payments') }}
        {%- if is_incremental() %}
        where booked_at >= {{ lookback_start('booked_at') }}
        {%- endif %}
    {%- endcall %}

),

conformed as (

    select
        payment_id,
        attempt,
        order_id,
        lower(trim(method)) as method,
        lower(trim(state)) as state,
        amount_cents,
        booked_at
    from latest

)

select * from conformed
