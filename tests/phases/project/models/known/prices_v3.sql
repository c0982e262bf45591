select 3 as price
