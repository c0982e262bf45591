{{ config(materialized='incremental', incremental_strategy='append') }}
select * from {{ ref('lines') }}
{% if is_incremental() %}
where load_number >= (select max(load_number) from {{ this }})
{% endif %}
