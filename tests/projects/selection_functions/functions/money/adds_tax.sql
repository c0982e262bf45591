price * (1 + {{ function('rate') }}())
