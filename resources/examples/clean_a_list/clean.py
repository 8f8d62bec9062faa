"""Tidies contacts: trims, joins those with one mail address, and sets aside what a person has to look at."""

import re
from datetime import datetime

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y")


def day(text):
    for form in DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return ""


def tidy(row):
    name = " ".join(row["name"].split())
    return {
        "name": name.title() if name.isascii() else name,
        "mail": row["mail"].strip().lower(),
        "phone": re.sub(r"[^\d+]", "", row["phone"]),
        "since": day(row["since"].strip()),
    }


def doubt(row, before):
    if not MAIL.fullmatch(row["mail"]):
        return "not a mail address: " + row["mail"]
    if not row["since"]:
        return "no such day: " + before["since"]
    return ""


def main(inputs):
    good, doubtful = {}, []
    for before in inputs["rows"]:
        row = tidy(before)
        if why := doubt(row, before):
            print(f"{row['name']}: {why}")
            doubtful.append({**row, "why": why})
        else:
            known = good.setdefault(row["mail"], row)
            known["phone"] = known["phone"] or row["phone"]
    return {"good": list(good.values()), "doubtful": doubtful, "read": len(inputs["rows"])}
