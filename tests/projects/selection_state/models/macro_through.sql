select {{ through() }} as id
