{{ config(event_time='at') }}
select * from {{ ref('events') }}
