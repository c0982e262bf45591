{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', batch_size='hour', begin='2024-01-03T10:00:00', concurrent_batches=false) }}
select id, at, value from {{ ref('stg_events') }} as e
union all select id, at, -value from {{ ref('stg_events').render() }} where false
