select part, sum(amount) as amount from {{ ref('as_table') }} group by part
