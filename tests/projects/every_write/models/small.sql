{{ config(materialized='ephemeral') }}
select * from {{ ref('lines') }} where amount < 10
