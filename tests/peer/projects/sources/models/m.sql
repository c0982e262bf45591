select o.id, o.loaded_at from {{ source('raw', 'orders') }} as o join {{ source('other', 't') }} using (id)
