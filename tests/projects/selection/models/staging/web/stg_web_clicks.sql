{{ config(materialized='ephemeral', docs={'show': false}) }}
select * from {{ ref('stg_web_sessions') }}
