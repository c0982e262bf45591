{{ config(tags='people', meta={'owner': 'crm', 'tier': 1, 'pii': true}) }}
select * from {{ ref('raw_customers') }}
