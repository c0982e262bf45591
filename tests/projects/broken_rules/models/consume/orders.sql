select id from {{ ref('int_statuses') }}
where status in ('paid', 'sent')
