{{ config(incremental_strategy='merge', unique_key=['id', 'part'], updated_at='day') }}
select id, part, day, amount, load from {{ ref('readings') }}
