{{ config(meta={'owner': 'sales', 'teams': ['sales', 'finance'], 'pii': false}) }}
select * from {{ source('raw', 'orders') }}
