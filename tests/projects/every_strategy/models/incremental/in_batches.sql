{{ config(incremental_strategy='microbatch', event_time='day', batch_size='year', begin='2024-01-01', lookback=9) }}
select id, part, day, amount from {{ ref('timed_readings') }}
