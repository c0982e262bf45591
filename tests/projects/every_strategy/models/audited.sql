{{ config(materialized='table', publish='audited') }}
select id, max(day) as day, sum(amount) as amount from {{ ref('readings') }} group by id
