select order_id, line, country, amount, day, loaded_at, load_number from {{ source('raw', 'lines') }}
