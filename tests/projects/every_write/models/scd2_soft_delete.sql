{{ config(materialized='incremental', incremental_strategy='scd2', unique_key=['order_id', 'line'], updated_at='loaded_at', when_not_matched_by_source='soft_delete') }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
