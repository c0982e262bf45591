{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', batch_size='day', begin='2024-01-01') }}
select id, at, case when at >= '2024-01-03' then error('bad day') else value end as value from {{ ref('stg_events') }}
