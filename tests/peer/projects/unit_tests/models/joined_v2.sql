select id, label, ok from {{ ref('base') }}
