select o.id, c.name
from {{ ref('raw_orders') }} as o
join {{ ref('raw_customers') }} as c on c.id = o.customer
