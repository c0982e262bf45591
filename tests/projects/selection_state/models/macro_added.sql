select {{ added() }} as id
