select
    events.event_id,
    events.happened_at,
    orders.ordered_at
from {{ ref('int_order_events') }} as events
inner join {{ ref('int_orders') }} as orders on events.order_id = orders.order_id
where events.happened_at < orders.ordered_at
