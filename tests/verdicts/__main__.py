"""Write `docs/verdicts.md` for the source as it stands; what is said of a new place is left for a person to write."""

from tests.verdicts import page
from tests.verdicts.finder import places

before, now = set(page.rows()), {place.key for place in places()}
page.PAGE.write_text(page.text(), encoding="utf-8")
for title, keys in (("new, to be written", now - before), ("gone", before - now)):
    print(f"{title}: {', '.join(sorted(keys)) or 'none'}")
