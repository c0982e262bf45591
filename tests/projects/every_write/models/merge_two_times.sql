{{ config(materialized='incremental', incremental_strategy='merge', unique_key='order_id', updated_at=['loaded_at', 'load_number'], merge_exclude_columns=['country']) }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
