{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partition_by=['day']) }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
