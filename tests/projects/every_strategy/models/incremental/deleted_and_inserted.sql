{{ config(incremental_strategy='delete+insert', unique_key=['id', 'part'], updated_at='day') }}
select id, part, day, amount, load from {{ ref('readings') }}
