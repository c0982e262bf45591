select {{ function('euros') }}(250) as euros
