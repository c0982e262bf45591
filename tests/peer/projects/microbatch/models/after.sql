select count(*) as n from {{ ref('failing') }}
