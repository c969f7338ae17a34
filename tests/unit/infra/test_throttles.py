"""What one route is asked costs no other route its calls."""

import pytest

from infra.template import merge_template


class Gateway:
    """Buckets as API Gateway keeps them; routes without a setting of their own share everybody's, which is the worst it may do."""

    def __init__(self, template):
        self.settings = template["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
        self.limits = {name: one["Default"] for name, one in template["Parameters"].items()}
        self.buckets = {}

    def passes(self, method, path, at):
        mine = [one for one in self.settings if (one["ResourcePath"], one["HttpMethod"]) == ("/" + path.replace("/", "~1"), method)]
        (setting,) = mine or self.settings[:1]
        rate, burst = (self.limits[setting[f"Throttling{kind}Limit"]["Ref"]] for kind in ("Rate", "Burst"))
        tokens, last = self.buckets.get(id(setting), (burst, 0.0))
        tokens = min(burst, tokens + (at - last) * rate)
        self.buckets[id(setting)] = (tokens - (tokens >= 1), at)
        return tokens >= 1


@pytest.fixture
def gateway(inventory, sizing):
    return Gateway(merge_template(inventory, "prod", sizing))


@pytest.mark.parametrize(
    "flooded",
    [("GET", "/slots"), ("GET", "/{path+}"), ("GET", "/webhook/{path+}"), ("POST", "/{path+}"), ("OPTIONS", "/{path+}"), ("PUT", "/x")],
)
def test_a_minute_of_sixty_calls_a_second_costs_no_webhook_a_post(gateway, flooded):
    calls = sorted([(number / 60, *flooded) for number in range(3600)] + [(number + 0.5, "POST", "/telegram") for number in range(60)])

    passed = [(method, path) for at, method, path in calls if gateway.passes(method, path, at)]

    assert passed.count(("POST", "/telegram")) == 60
    assert 3000 <= passed.count(flooded) < 3600, "a flood is bounded, and nobody is shut out for good"


def test_two_webhooks_do_not_share_either(gateway):
    flood = [gateway.passes("POST", "/telegram", 0.0) for _ in range(300)]

    assert not all(flood)
    assert gateway.passes("POST", "/slots", 0.0)


def test_a_flood_at_what_the_site_reads_leaves_the_back_office_and_the_browsers_preflights_theirs(gateway):
    flood = [gateway.passes("GET", "/{path+}", 0.0) for _ in range(300)]

    assert not all(flood)
    assert all(gateway.passes(*route, 0.0) for route in [("GET", "/slots"), ("PUT", "/slots/{path+}"), ("OPTIONS", "/{path+}")])


def test_each_route_has_one_setting_and_slashes_are_written_as_cloudformation_reads_them(gateway, inventory, sizing):
    routes = [(one["ResourcePath"], one["HttpMethod"]) for one in gateway.settings]

    assert routes[0] == ("/*", "*")
    assert len(routes) == len(set(routes))
    assert {("/~1docs~1{path+}", "GET"), ("/~1telegram", "POST"), ("/~1webhook~1telegram", "POST"), ("/~1{path+}", "POST")} <= set(routes)
    local = merge_template(inventory, "local", sizing)["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    assert ("/telegram", "POST") in [(one["ResourcePath"], one["HttpMethod"]) for one in local]
