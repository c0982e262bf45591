{{ config(materialized='incremental', incremental_strategy='merge', unique_key=['order_id', 'line']) }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
