no such syntax
