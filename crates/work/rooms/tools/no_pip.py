"""Stands in for pip, which a room without a network cannot use."""

import sys

print(
    "Rommet har ikke nett, så pip kan ikke hente noe. Be Helsedataservice om pakken du trenger.\n"
    "Rommet har ikkje nett, så pip kan ikkje hente noko. Be Helsedataservice om pakken du treng.\n"
    "The room has no network, so pip cannot fetch anything. Ask the access body for the package you need.",
    file=sys.stderr,
)
sys.exit(1)
