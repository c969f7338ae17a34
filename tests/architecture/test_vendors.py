"""Core knows no other company: what is a vendor's stands in his folder, or with the package that deals with him."""

import re
from pathlib import Path

CODE = Path(__file__).parents[2] / "chalicelib"
KIT = sorted((CODE / "core").rglob("*.py"))
VENDORS = {path.parent.name for path in (CODE / "integrations").glob("*/__init__.py")}

WRITTEN = {
    "amocrm": r"amo-?crm|kommo",
    "aws": None,  # the ground that all stands on
    "bedrock": r"bedrock",
    "bitrix24": r"bitrix",
    "chatwoot": r"chatwoot",
    "email": None,  # a way to write, and nobody's name
    "eskiz": r"eskiz",
    "gocrm": r"go-?crm",
    "google": r"google",
    "hubspot": r"hubspot",
    "max": r"\bmax_(?:token|api|dead)|\bMAX\b(?! MAXLEN)",  # the function `max` and the store's reserved words are not the messenger
    "onec": r"\bonec|\b1c\b",
    "openai": r"openai",
    "smsru": r"sms\.?ru",
    "supabase": r"supabase",
    "telegram": r"telegram|\bmini app|initdata|init_data",
    "tilda": r"tilda",
    "vk": r"\bvk\b|\bvk_",
    "zoom": r"zoom",
}
"""How each vendor is written in code and prose, whatever the case but for the messenger that is a word of Python."""


def is_settings(path):
    """Settings are exempt: a name of an environment variable is the vendor's own, operators look for it under his name, and all of them
    are one class that is read and checked at once. A part of it beside each vendor would be imported by every door all the same."""
    return path.name == "settings.py" or path.name.endswith("_settings.py")


def test_every_vendor_s_name_is_looked_for():
    assert set(WRITTEN) == VENDORS, "say in WRITTEN how the new vendor is written"


def test_core_names_no_vendor():
    sought = {name: re.compile(how, re.NOFLAG if name == "max" else re.IGNORECASE) for name, how in WRITTEN.items() if how}
    found = [
        f"{path.relative_to(CODE)}:{number} names {vendor}: move it to integrations/{vendor}, or say it of any vendor"
        for path in KIT
        if not is_settings(path)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for vendor, how in sought.items()
        if how.search(line)
    ]
    assert found == []
