"""Names that everything deployed is found by."""

import pytest

from infra.naming import checked, function_name, is_production

LONGEST = "get_ticket_info_for_reassigment_without_schedule"


@pytest.mark.parametrize("stage", ["prod", "staging", "a", "environments", "local"])
def test_a_functions_name_fits_at_any_stage(stage):
    assert len(function_name(checked(stage), LONGEST)) <= 64


def test_a_name_that_fits_is_left_alone_and_a_shortened_one_is_always_the_same():
    assert function_name("prod", LONGEST) == f"frontdesk-prod-{LONGEST}"
    assert function_name("staging", LONGEST) == function_name("staging", LONGEST)
    assert function_name("staging", LONGEST).startswith("frontdesk-staging-get_ticket_info_for_reassigment")


def test_two_names_that_begin_alike_stay_two():
    alike = {function_name("environments", LONGEST + end) for end in ("", "_test_contur", "_again")}

    assert len(alike) == 3


@pytest.mark.parametrize("stage", ["", "Prod", "my-stage", "1st", "environments2", "под", "a b", "prod\n"])
def test_a_stage_that_would_not_fit_is_refused_without_being_repeated(stage):
    with pytest.raises(ValueError, match="12 small Latin letters") as refused:
        checked(stage)

    assert not stage.strip() or stage.strip() not in str(refused.value)


def test_a_stage_that_nobody_knows_is_production():
    assert [is_production(stage) for stage in ("prod", "staging", "local", "test", "dev")] == [True, True, False, False, False]
