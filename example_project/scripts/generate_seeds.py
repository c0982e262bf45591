"""Writes the seeds of the example project: the same bytes on every run and every machine.

Usage: python3 scripts/generate_seeds.py
"""

import csv
import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "seeds"

FIRST_DAY = date(2026, 1, 5)
DAYS = 84
EXPORTED_AT = datetime(2026, 3, 29, 22)
UNKNOWN_DAY = date(1901, 1, 1)
UNKNOWN_TIME = datetime(1901, 1, 1)
DEFAULT_DELIVERY_FEE = 390

CITIES = ["Utrecht", "Gent", "Leipzig", "Porto"]
RESTAURANTS = [
    "Noodle & Sons",
    "Pizza, Pasta, Pronto",
    'Mama\'s "Little" Kitchen',
    "Café Zoë",
    "Ramen 24/7",
    "The Green Bowl",
    "Łukasz' Pierogi",
    "Curry Corner",
    "Taco; Taco",
    "Bagel Station",
    "Dim Sum Garden",
    "Smokehouse No. 5",
]
FIRST_NAMES = (
    "Anna Bas Carla David Eva Femke Goran Hanna Inês Jonas Katja Liam Marta Nils Olga Pedro "
    "Rosa Stefan Tessa Umut Vera Wout Yara Zoë"
).split()
LAST_NAMES = [
    "Bakker", "Berg", "Carvalho", "de Vries", "Fischer", "Jansen", "Kowalski", "Maes", "Neumann",
    "O'Brien", "Peeters", "Pereira", "Richter", "Santos", "Schmidt", "Silva", "van Dam", "Wolf",
]
COMPANIES = [
    "Van Dam & Zonen", "Baker, Baker and Sons", "Atelier Zuid", "Porto Labs", "Kanzlei Richter",
    "Studio Nord", "Maes Logistics", "Clinic West", "Blue Door Hostel", "Print 4 You",
    "Silva Arquitetos", "Leipzig Loft Office", "Gent Game Studio", "Canal Boats", "Hotel Aurora",
]
DEVICES = [f"D-{number:02}" for number in range(1, 15)]
OLD_FIRMWARE = {"D-07": "PICKED-UP", "D-12": "Picked up"}


class Dice:
    """Draws from `random.random` alone, whose sequence Python promises to keep."""

    def __init__(self, seed):
        self.draw = random.Random(seed).random

    def between(self, low, high):
        """An integer from `low` to `high`, both included."""
        return low + int(self.draw() * (high - low + 1))

    def pick(self, items):
        return items[self.between(0, len(items) - 1)]

    def chance(self, share):
        return self.draw() < share


def main():
    dice = Dice(20260329)
    customers = make_customers(dice)
    contracts = make_contracts(dice, customers)
    orders = make_orders(dice, customers)
    paths = make_paths(dice, orders)
    events = make_events(dice, orders, paths)
    payments = make_payments(dice, customers, orders, paths, contracts)

    write("raw_customers", customers + changed_customers(dice, customers))
    write("raw_contracts", contracts + changed_contracts(contracts), delimiter=";")
    write("raw_orders", sorted(orders + corrected_orders(orders), key=lambda row: row["changed"]))
    write("raw_order_events", sent_by_devices(dice, events))
    write("raw_payments", payments + payments[40:320:40])


def make_customers(dice):
    rows = []
    for number in range(120):
        segment = "private"
        name = f"{FIRST_NAMES[number % 24]} {LAST_NAMES[(number * 7) % 18]}"
        if number % 8 == 3:
            segment, name = "business", COMPANIES[number // 8]
        elif number % 15 == 4:
            segment = "staff"
        elif number % 24 == 10:
            segment, name = "test", f"Test Account {number // 24 + 1}"
        if number == 20:
            name = 'Thomas "Tom" Berg'
        signed_up = date(2024, 3, 1) + timedelta(days=dice.between(0, 660))
        changed = at(signed_up, dice.between(8 * 60, 20 * 60))
        rows.append(
            {
                "id": 1001 + number,
                "name": name,
                "e_mail": email(dice, name, number, segment),
                "city": city_as_typed(dice, CITIES[number % 4]),
                "segment": segment,
                "newsletter": "true" if dice.chance(0.6) else "false",
                "signed_up": UNKNOWN_DAY if number % 20 == 7 else signed_up,
                "changed": changed,
            }
        )
    return rows


def email(dice, name, number, segment):
    domain = {"staff": "pepperline.example", "test": "test.invalid"}.get(segment, "mail.example")
    local = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    address = f"{local}{number}@{domain}"
    if dice.chance(0.1):
        address = address.title()
    return address + "  " if dice.chance(0.08) else address


def city_as_typed(dice, city):
    spelling = dice.draw()
    if spelling < 0.06:
        return city.upper()
    if spelling < 0.12:
        return city.lower()
    return city + " " if spelling < 0.16 else city


def changed_customers(dice, customers):
    """The shop appends a customer again when something changed; one row came twice."""
    rows = []
    for number in (5, 23, 40, 66, 91):
        moved = CITIES[(number + 1) % 4]
        changed = at(FIRST_DAY + timedelta(days=dice.between(0, 70)), dice.between(500, 1200))
        rows.append({**customers[number], "city": moved, "changed": changed})
    return rows + [rows[0]]


def make_contracts(dice, customers):
    rows = []
    signed = [row for row in customers if row["segment"] in ("private", "business")]
    for position, customer in enumerate(signed[::3]):
        plan = "team" if customer["segment"] == "business" else "plus"
        first = date(2025, 6, 1) + timedelta(days=dice.between(0, 240))
        if position % 6 == 1:
            last = FIRST_DAY + timedelta(days=dice.between(10, 40))
            rows.append(contract(len(rows), customer, plan, first, last))
            if position % 12 == 1:
                again = last + timedelta(days=1 if position % 24 == 1 else 15)
                rows.append(contract(len(rows), customer, plan, again, None, "renewed; new price"))
        else:
            rows.append(contract(len(rows), customer, plan, first, None))
    return rows


def contract(number, customer, plan, first, last, note=""):
    monthly = {"plus": "9.90", "team": "49.00"}[plan]
    if note:
        monthly = {"plus": "11.90", "team": "55.00"}[plan]
    return {
        "contract_no": f"{412 + number * 3:06}",
        "customer": customer["id"],
        "plan": plan,
        "monthly_fee": monthly,
        "delivery_fee": {"plus": "0.00", "team": "1.50"}[plan],
        "valid_from": first,
        "valid_to": last,
        "note": note,
        "changed": at(first, 540),
    }


def changed_contracts(contracts):
    """Billing exports a contract again when its note changes."""
    changed = at(FIRST_DAY + timedelta(days=60), 600)
    return [{**contracts[n], "note": "address checked", "changed": changed} for n in (3, 9, 17)]


def make_orders(dice, customers):
    rows = []
    for number in range(360):
        day = FIRST_DAY + timedelta(days=number * DAYS // 360)
        if day.weekday() in (1, 2) and dice.chance(0.4):
            day += timedelta(days=3)
        evening = dice.chance(0.7)
        minute = dice.between(17 * 60, 21 * 60 + 40) if evening else dice.between(690, 840)
        if number >= 354:
            day, minute = FIRST_DAY + timedelta(days=DAYS - 1), 21 * 60 + 5 * (number - 354)
        customer = customers[int(dice.draw() ** 1.4 * 120)]
        ordered = at(day, minute) + timedelta(seconds=dice.between(0, 59))
        rows.append(
            {
                "id": 50001 + number,
                "customer": customer["id"],
                "restaurant": dice.pick(RESTAURANTS),
                "city": customer["city"].strip().title(),
                "ordered": ordered,
                "subtotal_cents": dice.between(240, 1160) * 5,
                "tip_cents": dice.pick([None, 0, 0, 100, 150, 200, 300]),
                "changed": ordered,
            }
        )
    return rows


def corrected_orders(orders):
    """The shop appends an order again when a restaurant corrects the bill a day later."""
    rows = []
    for row in orders[11:350:23]:
        correction = {"subtotal_cents": row["subtotal_cents"] - 150}
        rows.append({**row, **correction, "changed": row["changed"] + timedelta(days=1)})
    return rows


def make_paths(dice, orders):
    """What really happened to each order, step by step: minutes after ordering."""
    paths = []
    for number in range(len(orders)):
        accepted = dice.between(1, 6)
        picked_up = accepted + dice.between(10, 24)
        delivered = picked_up + dice.between(8, 30)
        path = {"accepted": accepted, "picked_up": picked_up, "delivered": delivered}
        if number >= 354:
            path = dict(list(path.items())[: (number - 354) // 2])
        elif number % 21 == 8:
            path = {"accepted": accepted, "cancelled": accepted + dice.between(2, 15)}
        elif number % 60 == 33:
            path = {"accepted": accepted, "picked_up": picked_up}
        elif number in (120, 240):
            path = {}
        elif number in (75, 205):
            path["cancelled"] = accepted + 5
        paths.append(path)
    return paths


def make_events(dice, orders, paths):
    rows = []
    for order, path in zip(orders, paths):
        device = dice.pick(DEVICES)
        for name, minutes in path.items():
            happened = order["ordered"] + timedelta(minutes=minutes, seconds=dice.between(0, 59))
            rows.append(event(len(rows), order["id"], device, name, happened))
    for order_id in (59013, 59077, 59114):
        happened = at(FIRST_DAY + timedelta(days=order_id % 80), 1130)
        rows.append(event(len(rows), order_id, "D-03", "picked_up", happened))
    return rows


def event(number, order_id, device, name, happened):
    if name == "picked_up":
        name = OLD_FIRMWARE.get(device, name)
    return {
        "event_id": f"E{number + 1:05}",
        "order_id": order_id,
        "device": device,
        "event": name,
        "happened": happened,
        "received": happened,
        "battery": None,
    }


def sent_by_devices(dice, events):
    """The events in the order in which they arrive, with all that devices do to them."""
    rows = []
    for row in events:
        delay = timedelta(seconds=dice.between(1, 40))
        if dice.chance(0.06):
            delay = timedelta(minutes=dice.between(90, 3 * 24 * 60))
        row = {**row, "received": row["happened"] + delay}
        row["battery"] = dice.between(5, 100) if dice.chance(0.9) else None
        clock = dice.draw()
        if clock < 0.03:
            row["happened"] = UNKNOWN_TIME
        elif clock < 0.05:
            row["happened"] = None
        rows.append(row)
        if dice.chance(0.06):
            again = row["received"] + timedelta(seconds=dice.between(5, 900))
            rows.append({**row, "received": again})
    return known_at_export(rows, "received")


def make_payments(dice, customers, orders, paths, contracts):
    corrected = {row["id"]: row["subtotal_cents"] for row in corrected_orders(orders)}
    unpaid = delivered_orders(customers, orders, paths)[45:285:60]
    rows = []
    for number, (order, path) in enumerate(zip(orders, paths)):
        cancelled = "cancelled" in path and "delivered" not in path
        if order["id"] in unpaid or number >= 358 or (cancelled and dice.chance(0.5)):
            continue
        payment = {
            "payment_id": f"P{len(rows) + 1:05}",
            "attempt": 1,
            "order": order["id"],
            "method": dice.pick(["card", "card", "wallet", "cash"]),
            "state": "settled",
            "amount_cents": corrected.get(order["id"], order["subtotal_cents"])
            + (order["tip_cents"] or 0)
            + delivery_fee(order, contracts),
            "booked": order["ordered"] + timedelta(seconds=dice.between(20, 200)),
        }
        if dice.chance(0.07):
            rows.append({**payment, "state": "failed"})
            payment = later(payment, minutes=2)
        rows.append(payment)
        if cancelled:
            refund = later(payment, minutes=dice.between(60, 2000))
            rows.append({**refund, "state": "refunded", "amount_cents": -payment["amount_cents"]})
    return known_at_export(rows, "booked")


def delivered_orders(customers, orders, paths):
    """Ids of the delivered orders of private and business customers."""
    paying = {row["id"] for row in customers if row["segment"] in ("private", "business")}
    return [
        order["id"]
        for order, path in zip(orders, paths)
        if "delivered" in path and order["customer"] in paying
    ]


def known_at_export(rows, column):
    """The rows that had arrived when the files were exported, in the order of arrival."""
    arrived = [row for row in rows if row[column] <= EXPORTED_AT]
    return sorted(arrived, key=lambda row: row[column])


def later(payment, minutes):
    booked = payment["booked"] + timedelta(minutes=minutes)
    return {**payment, "attempt": payment["attempt"] + 1, "booked": booked}


def delivery_fee(order, contracts):
    day = order["ordered"].date()
    for row in contracts:
        ended = row["valid_to"] is not None and row["valid_to"] < day
        if row["customer"] == order["customer"] and row["valid_from"] <= day and not ended:
            return int(row["delivery_fee"].replace(".", ""))
    return DEFAULT_DELIVERY_FEE


def at(day, minute):
    return datetime.combine(day, time(minute // 60, minute % 60))


def write(name, rows, delimiter=","):
    with (SEEDS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([text(value) for value in row.values()] for row in rows)


def text(value):
    return "" if value is None else str(value)


if __name__ == "__main__":
    main()
