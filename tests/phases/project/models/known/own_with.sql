{{ config(materialized='ephemeral') }}
-- with care
with own as (select n from {{ ref('numbers') }}) select n + 1 as n from own -- the end
