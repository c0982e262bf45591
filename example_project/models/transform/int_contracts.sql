with

latest as (

    {% call one_row_per('contract_id', order_by='changed_at desc') -%}
        select * from {{ ref('stg_contracts') }}
    {%- endcall %}

),

conformed as (

    select
        contract_id,
        customer_id,
        lower(trim(plan)) as plan,
        monthly_fee,
        delivery_fee,
        valid_from,
        valid_to,
        nullif(trim(note), '') as note,
        changed_at
    from latest

)

select * from conformed
