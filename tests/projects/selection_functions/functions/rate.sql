(select max(rate) from {{ ref('rates') }})
