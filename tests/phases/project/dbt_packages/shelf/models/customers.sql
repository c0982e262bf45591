select 'shelf' as id
