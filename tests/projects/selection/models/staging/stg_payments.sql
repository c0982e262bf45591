select * from {{ source('raw', 'payments') }} union all select * from {{ source('bank', 'transfers') }}
