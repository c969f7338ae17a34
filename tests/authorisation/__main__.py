"""Write `docs/authorisation.md` from the table."""

from tests import conftest

assert conftest.SETTINGS, "the environment stands before anything of the product is imported"

import app  # noqa: E402
from tests.authorisation import page  # noqa: E402

assert app.app.routes
page.PLACE.write_text(page.text(), encoding="utf-8")
print(f"wrote {page.PLACE}")
