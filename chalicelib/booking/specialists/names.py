"""Names as people write them, compared. Pure."""

import unicodedata

from chalicelib.core.patterns import pattern

_APOSTROPHES = str.maketrans(dict.fromkeys("ʻʼʹ‘’‛`´′", "'"))
_LOOKALIKES = str.maketrans("aeopcxykmhtb", "аеорсхукмнтв")
_CYRILLIC = pattern(r"[а-я]")


def fold(text: str) -> str:
    """Text as names and wishes are compared: lower case, ё as е, single spaces, one apostrophe, nothing that cannot be seen.

    Latin letters among Cyrillic ones are taken for what they look like; a wholly Latin name stays as it is.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold().translate(_APOSTROPHES).replace("ё", "е")
    seen = plain if plain.isprintable() else _visible(plain)
    seen = seen.translate(_LOOKALIKES) if _CYRILLIC.search(seen) else seen
    return " ".join(seen.split())


def _visible(text: str) -> str:
    """Any space as a blank, and no sign that formats alone. What can be printed whole has neither."""
    return "".join(" " if sign.isspace() else sign for sign in text if unicodedata.category(sign) != "Cf")


def name_key(name: str, contour: str) -> str:
    """One key for "Имя Фамилия" and "Фамилия Имя"."""
    words = " ".join(sorted(fold(name).split()))
    return words if contour == "live" else f"{contour}:{words}"
