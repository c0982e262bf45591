select * from {{ ref('merge') }} where amount <= 0
