select id from {{ source('shop', 'events') }}
