# SPDX-License-Identifier: Apache-2.0
"""Values for every field of an ITCH layout, chosen so that a swapped, shifted or cut field cannot go unnoticed."""

from __future__ import annotations

import random
import string

from tickproof.protocols.table import Field, Layout

Values = dict[str, int | str]


def samples(layout: Layout) -> list[Values]:
    """Distinct bytes everywhere, all at their lowest, all at their highest, each alone at its highest, and 64 random ones."""
    chance = random.Random(f"itch {layout.name}")
    fields = layout.fields[1:]  # the type is the tag's business
    alone = [{field.name: highest(field) if field is chosen else lowest(field) for field in fields} for chosen in fields]
    drawn = [{field.name: drawn_value(field, chance) for field in fields} for _ in range(64)]
    return [
        {field.name: distinct(field) for field in fields},
        {field.name: lowest(field) for field in fields},
        {field.name: highest(field) for field in fields},
        *alone,
        *drawn,
    ]


def distinct(field: Field) -> int | str:
    """No byte of the message like another one."""
    places = range(field.offset, field.offset + field.size)
    if field.type == "alpha":
        return "".join((string.ascii_letters + string.digits)[place] for place in places)
    return int.from_bytes(bytes(0x80 + place for place in places), "big")


def lowest(field: Field) -> int | str:
    """0 or blank."""
    return "" if field.type == "alpha" else 0


def highest(field: Field) -> int | str:
    """All bits set, or text without padding."""
    return "Z" * field.size if field.type == "alpha" else 256**field.size - 1


def drawn_value(field: Field, chance: random.Random) -> int | str:
    """Any value; text of any length."""
    if field.type == "alpha":
        return "".join(chance.choices(string.ascii_uppercase + string.digits, k=chance.randint(0, field.size)))
    return chance.getrandbits(chance.randint(1, 8 * field.size))


def as_outside(layout: Layout, values: Values) -> dict[str, int | bytes]:
    """The same values as outside libraries hold them: text as padded bytes."""
    sizes = {field.name: field.size for field in layout.fields}
    return {name: value if isinstance(value, int) else value.encode().ljust(sizes[name]) for name, value in values.items()}


def as_ours(layout: Layout, values: Values) -> Values:
    """The same values as `unpack` gives them: a blank code of one character is a space."""
    sizes = {field.name: field.size for field in layout.fields}
    blank = {name: " " for name, value in values.items() if value == "" and sizes[name] == 1}
    assert layout.tag is not None
    return {"message_type": layout.tag.decode(), **values, **blank}
