with

customers as (

    select * from {{ ref('eligible_customers') }}

),

contracts as (

    select * from {{ ref('int_contracts') }}

),

signed as (

    select
        contracts.customer_id,
        contracts.contract_id,
        contracts.plan,
        false as is_default,
        contracts.monthly_fee,
        contracts.delivery_fee,
        contracts.valid_from,
        coalesce(
            cast({{ dbt.dateadd('day', 1, 'contracts.valid_to') }} as date),
            date '9999-12-31'
        ) as valid_until
    from contracts
    inner join customers using (customer_id)

),

covered as (

    select customer_id, valid_from, valid_until
    from signed

    union all

    select
        customer_id,
        date '{{ var("founded_on") }}' as valid_from,
        date '{{ var("founded_on") }}' as valid_until
    from customers

),

gaps as (

    select
        customer_id,
        valid_until as valid_from,
        lead(valid_from, 1, date '9999-12-31') over (
            partition by customer_id
            order by valid_from
        ) as valid_until
    from covered

),

defaults as (

    select
        customer_id,
        cast(null as varchar) as contract_id,
        '{{ var("default_plan") }}' as plan,
        true as is_default,
        cast({{ var('default_monthly_fee') }} as decimal(9, 2)) as monthly_fee,
        cast({{ var('default_delivery_fee') }} as decimal(9, 2)) as delivery_fee,
        valid_from,
        valid_until
    from gaps
    where valid_from < valid_until

),

every_contract as (

    select * from signed

    union all

    select * from defaults

)

select * from every_contract
