{{ config(contract={'enforced': true}) }}
select id::int as id, customer::varchar as customer, euros::decimal(10, 2) as euros from {{ ref('stg_orders') }}
