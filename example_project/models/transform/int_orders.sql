{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='order_id',
        merge_exclude_columns=['ordered_at'],
        on_schema_change='append_new_columns',
    )
}}

with

latest as (

    {% call one_row_per('order_id', order_by='changed_at desc') -%}
        select * from {{ ref('stg_orders') }}
        {%- if is_incremental() %}
        where changed_at >= {{ lookback_start('changed_at') }}
        {%- endif %}
    {%- endcall %}

),

conformed as (

    select
        order_id,
        customer_id,
        trim(restaurant_name) as restaurant_name,
        {{ proper_name('city') }} as city,
        ordered_at,
        subtotal_cents,
        tip_cents,
        changed_at
    from latest

)

select * from conformed
