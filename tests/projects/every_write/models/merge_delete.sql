{{ config(materialized='incremental', incremental_strategy='merge', unique_key=['order_id', 'line'], updated_at='loaded_at', when_not_matched_by_source='delete', incremental_predicates=['DBT_INTERNAL_DEST.amount > 0']) }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
