"""Composition: the app, its doors and its jobs. No logic."""

import os

from chalicelib.core.http import App
from chalicelib.routes import apis

app = App(app_name="frontdesk", configure_logs=False)

for api in apis(os.environ.get("FRONTDESK_DOORS", "")):
    app.register_blueprint(api)

if not os.environ.get("FRONTDESK_DOORS"):
    from chalicelib.aftercare.jobs import tasks as aftercare
    from chalicelib.booking.schedules.jobs import tasks as schedules
    from chalicelib.consultations.followers.jobs import tasks as followers
    from chalicelib.gocrm.directories.jobs import tasks as directories
    from chalicelib.intake.reconcile.jobs import tasks as reconcile
    from chalicelib.ops.jobs import tasks as ops
    from chalicelib.ownpage.jobs import tasks as ownpage

    app.register_blueprint(aftercare)
    app.register_blueprint(directories)
    app.register_blueprint(followers)
    app.register_blueprint(ops)
    app.register_blueprint(ownpage)
    app.register_blueprint(reconcile)
    app.register_blueprint(schedules)
