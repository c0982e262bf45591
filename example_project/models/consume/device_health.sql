with

devices as (

    select * from {{ ref('int_devices') }}

),

events as (

    select
        device_id,
        happened_at is null as lacks_time,
        {{ minutes_between('happened_at', 'received_at') }}
            > {{ var('late_after_minutes') }} as is_late,
        battery_percent
    from {{ ref('int_order_events') }}

),

readings as (

    select
        device_id,
        count(*) as readings,
        count(*) filter (where lacks_time) as readings_without_time,
        count(*) filter (where is_late) as late_readings,
        min(battery_percent) as lowest_battery_percent
    from events
    group by device_id

),

rated as (

    select
        devices.device_id,
        devices.first_received_at,
        devices.last_received_at,
        readings.readings,
        readings.readings_without_time,
        readings.late_readings,
        cast(
            100.0 * (readings.readings_without_time + readings.late_readings) / readings.readings
            as decimal(5, 1)
        ) as poor_percent,
        readings.lowest_battery_percent
    from devices
    inner join readings on devices.device_id = readings.device_id

)

select * from rated
