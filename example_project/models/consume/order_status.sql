with

orders as (

    select * from {{ ref('int_orders') }}

),

events as (

    select
        order_id,
        event_name,
        coalesce(happened_at, received_at) as event_at,
        happened_at is null as is_estimated
    from {{ ref('int_order_events') }}

),

steps as (

    select
        order_id,
        {%- call(step) for_each_step() %}
        min(event_at) filter (where event_name = '{{ step }}') as {{ step }}_at
        {%- endcall %},
        bool_or(is_estimated) as has_estimated_time
    from events
    group by order_id

),

judged as (

    select
        orders.order_id,
        case
            when steps.delivered_at is not null then 'delivered'
            when steps.cancelled_at is not null then 'cancelled'
            when {{ minutes_between('orders.ordered_at', "timestamp '" ~ var('as_of') ~ "'") }}
                > 60 * {{ var('lost_after_hours') }} then 'lost'
            when steps.picked_up_at is not null then 'under_way'
            when steps.accepted_at is not null then 'accepted'
            else 'placed'
        end as status,
        {%- call(step) for_each_step() %}
        steps.{{ step }}_at
        {%- endcall %},
        coalesce(steps.has_estimated_time, false) as has_estimated_time
    from orders
    left join steps using (order_id)

)

select * from judged
