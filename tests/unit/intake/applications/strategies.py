"""Objects that a hostile or careless form may send."""

from hypothesis import strategies as st

from chalicelib.intake.applications.reading import NAMES, PSYCHOLOGISTS, SLOTS, TOPICS

known = [name for names in NAMES.values() for name in names] + [*SLOTS, *TOPICS, *PSYCHOLOGISTS]
keys = st.sampled_from([*known, "contact", "preferences", "utm", "form", "formPsyClientInfo", "COOKIES", "answers"]) | st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=8)
