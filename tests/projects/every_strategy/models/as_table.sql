{{ config(materialized='table') }}
select * from {{ ref('readings') }}
