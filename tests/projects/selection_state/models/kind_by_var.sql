{{ config(materialized=var('kind')) }} select 1 as id
