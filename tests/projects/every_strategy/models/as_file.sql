{{ config(materialized='external', ledger=false) }}
select * from {{ ref('as_table') }} where part = 1
