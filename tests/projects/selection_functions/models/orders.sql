select {{ function('adds_tax') }}(100) as price
