{{ config(materialized='incremental', unique_key='id') }}
select id, day from {{ ref('base') }}
{% if is_incremental() %} where day > (select max(day) from {{ this }}) {% endif %}
