{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', batch_size='day', begin='2024-01-01', lookback=2) }}
select id, at, value, '{{ model.batch.id if model.batch else "" }}' as batch from {{ ref('stg_events') }}
