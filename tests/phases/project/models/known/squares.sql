{{ config(materialized='ephemeral', alias='squares_alias') }}
select n * n as square from {{ ref('numbers') }}
