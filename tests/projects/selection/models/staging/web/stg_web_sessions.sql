select * from {{ source('raw', 'orders') }} where session is not null
