{{ config(incremental_strategy='insert_overwrite', partition_by=['load']) }}
select id, part, day, amount, load from {{ ref('readings') }}
