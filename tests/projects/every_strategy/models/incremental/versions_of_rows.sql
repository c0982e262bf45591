{{ config(incremental_strategy='scd2', unique_key=['id', 'part'], updated_at='day') }}
select id, part, day, amount, load from {{ ref('readings') }}
