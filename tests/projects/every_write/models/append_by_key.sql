{{ config(materialized='incremental', incremental_strategy='append', unique_key=['order_id', 'line'], deduplicate='loaded_at') }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
