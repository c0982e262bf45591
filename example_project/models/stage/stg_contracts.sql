with

source as (

    select * from {{ ref('raw_contracts') }}

),

renamed as (

    select
        contract_no as contract_id,
        customer as customer_id,
        plan,
        monthly_fee,
        delivery_fee,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        note,
        cast(changed as timestamp) as changed_at
    from source

)

select * from renamed
