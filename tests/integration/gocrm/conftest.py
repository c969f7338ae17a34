"""A club on loopback, with the settings pointing at it."""

import json

import pytest

from tests.standins.gocrm import GoCrmStandIn


@pytest.fixture
def gocrm(settings_as_they_stand, monkeypatch):
    with GoCrmStandIn() as stand_in:
        monkeypatch.setenv("GOCRM_URL", stand_in.address)
        monkeypatch.setenv("GOCRM_FUNNELS", json.dumps({"trial": stand_in.plugin_url(5), "camp": stand_in.plugin_url(6)}))
        yield stand_in
        assert not stand_in.wrong, "Go-CRM would have refused these requests"


@pytest.fixture
def club(gocrm):
    """Two cities with a branch each; the staff list answers."""
    gocrm.staff_down = False
    for city, address in (("Уфа", "ул. Мира, 5"), ("Казань", "пр. Победы, 40")):
        center = gocrm.add_center(gocrm.add_city(city), address)
        gocrm.add_staff(center, f"Тренер из города {city}")
    return gocrm
