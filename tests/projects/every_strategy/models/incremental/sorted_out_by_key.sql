{{ config(incremental_strategy='merge', unique_key=['id', 'part', 'day'], versions_kept=2) }}
select id, part, day, amount from {{ ref('readings') }}
