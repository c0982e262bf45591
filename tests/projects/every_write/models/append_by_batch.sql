{{ config(materialized='incremental', incremental_strategy='append', batch_id_column='load_number') }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
