{{ config(materialized='table', publish='audited', versions_kept=2) }}
select * from {{ ref('readings') }}
