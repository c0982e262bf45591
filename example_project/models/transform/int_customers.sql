with

latest as (

    {% call one_row_per('customer_id', order_by='changed_at desc') -%}
        select * from {{ ref('stg_customers') }}
    {%- endcall %}

),

conformed as (

    select
        customer_id,
        trim(customer_name) as customer_name,
        lower(trim(email)) as email,
        {{ proper_name('city') }} as city,
        lower(trim(segment)) as segment,
        wants_newsletter,
        {{ unknown_to_null('signed_up_on') }} as signed_up_on,
        changed_at
    from latest

)

select * from conformed
