{{ config(incremental_strategy='append', unique_key=['id', 'part', 'day'], deduplicate='day') }}
select id, part, day, amount, load from {{ ref('readings') }}
