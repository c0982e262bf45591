{{ config(materialized='ephemeral') }}select * from {{ ref('squares') }}, {{ ref('own_with') }}, {{ ref('numbers') }}
