select {{ unchanged() }} as id
