select * from {{ ref('tool_days') }}
