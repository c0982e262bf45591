{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['order_id', 'line'], updated_at='loaded_at') }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
