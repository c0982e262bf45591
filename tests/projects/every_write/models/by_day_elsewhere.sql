{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='loaded_at', begin='2024-01-01', batch_size='day', file_format='iceberg') }}
select * from {{ ref('lines') }}
