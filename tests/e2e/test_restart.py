"""What was deployed and booked is there again after the local cloud was stopped and started, and goes on working."""

from tests.builders import ADMIN_CHAT, SERVICE, application, moscow, slot, specialist, ticket_status, tomorrow


def woken(cloud):
    """How much the deliverer has printed."""
    return len([line for line in cloud.cloud.log_lines(0) if line[1] == "deliver"])


def test_after_a_restart_the_data_stands_and_the_stream_wakes_the_deliverer(cloud, deployed_front):
    front, moment = deployed_front, tomorrow(16, days=20)
    person = specialist(front, "Лидия Верная", telegram_id="5550104")
    slot(front, person, moment)
    phone = {"type": "phone", "value": "+7 916 700-11-22"}
    before = front.post("/submit-application", application(moscow(moment), contact=phone), SERVICE).ok()
    cloud.heard(ADMIN_CHAT, f"Новая заявка {before['client_id']}")

    assert cloud.cloud.stop()
    cloud.cloud.start()

    assert ticket_status(front, before["ticket_id"]) == "new"
    assert front.get(f"/specialists/{person}", SERVICE).ok()["specialist"]["name"] == "Лидия Верная"
    assert front.post("/submit-application", application(moscow(moment), contact=phone), SERVICE).ok() == before
    awake = woken(cloud)
    front.post("/process-link", {"user_id": "7012345004", "ticket_id": before["ticket_id"]}, SERVICE).ok()
    cloud.heard(7_012_345_004, "вы записаны к специалисту Лидия Верная")
    cloud.comes(lambda: woken(cloud) > awake)  # whoever has delivered the message, where the sweep was faster
