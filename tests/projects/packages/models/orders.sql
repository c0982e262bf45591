select {{ utils.cents(250) }} as price, {{ dates.today() }} as day, {{ inner.one() }} as one, {{ tariff.rate() }} as rate
