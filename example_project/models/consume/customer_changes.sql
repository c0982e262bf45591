{{ config(materialized='view') }}

with

history as (

    select * from {{ ref('customer_history') }}

),

changes as (

    select
        customer_id,
        count(*) as versions,
        max(changed_at) as last_changed_at,
        not bool_or(dbt_valid_to is null) as is_erased
    from history
    group by customer_id

)

select * from changes
