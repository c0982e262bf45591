with

source as (

    select * from {{ ref('raw_customers') }}

),

renamed as (

    select
        id as customer_id,
        name as customer_name,
        e_mail as email,
        city,
        segment,
        newsletter as wants_newsletter,
        cast(signed_up as date) as signed_up_on,
        cast(changed as timestamp) as changed_at
    from source

)

select * from renamed
