select count(*) as orders from {{ ref('int_statuses') }}
where status in ('sent', 'paid')
