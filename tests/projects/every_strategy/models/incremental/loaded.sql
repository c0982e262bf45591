{{ config(incremental_strategy='append', batch_id_column='load') }}
select id, part, day, amount, load from {{ ref('readings') }}
