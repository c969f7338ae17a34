"""What DynamoDB refuses, refused here: the fakes that tests and the local stage run on allow much of it.

Loaded only where `STORE_STRICT` asks for it: in tests and on the local stage, never on a deployed one.
"""

from chalicelib.core.storage.strict.guard import Refused, refused, watch

__all__ = ["Refused", "refused", "watch"]
