select id, label from {{ ref('base') }}
