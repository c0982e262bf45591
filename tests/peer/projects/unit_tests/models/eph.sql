{{ config(materialized='ephemeral') }}
select id, amount * {{ var('rate') }} as amount from {{ ref('base') }}
