select * from {{ ref('revenue') }} join {{ ref('tool_calendar') }} using (day)
