{{ config(event_time='day') }}
select * from {{ ref('readings') }} where day < timestamp '2027-01-01'
