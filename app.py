"""Composition: the app, its doors and its jobs. No logic."""

import gc
import os

gc.disable()  # what is imported stays: to look it over for garbage again and again is a tenth of a cold start

from chalicelib.core.app import App  # noqa: E402
from chalicelib.routes import apis, shipped  # noqa: E402

wing, doors = os.environ.get("FRONTDESK_WING"), os.environ.get("FRONTDESK_DOORS", "")
app = App("frontdesk", configure_logs=False, shipped=shipped() if wing else None)

for api in () if wing else apis(doors):
    app.register_blueprint(api)

if not (wing or doors):
    from chalicelib.aftercare.jobs import tasks as aftercare
    from chalicelib.appointments.reminders.jobs import tasks as reminders
    from chalicelib.booking.schedules.jobs import tasks as schedules
    from chalicelib.consultations.followers.jobs import tasks as followers
    from chalicelib.gocrm.directories.jobs import tasks as directories
    from chalicelib.intake.reconcile.jobs import tasks as reconcile
    from chalicelib.loyalty.operations.jobs import tasks as operations
    from chalicelib.ops.jobs import tasks as ops
    from chalicelib.ownpage.jobs import tasks as ownpage

    app.register_blueprint(aftercare)
    app.register_blueprint(directories)
    app.register_blueprint(followers)
    app.register_blueprint(operations)
    app.register_blueprint(ops)
    app.register_blueprint(ownpage)
    app.register_blueprint(reconcile)
    app.register_blueprint(reminders)
    app.register_blueprint(schedules)

gc.freeze()
gc.set_threshold(10_000)  # a request leaves hardly a cycle, and makes thousands of objects
gc.enable()
