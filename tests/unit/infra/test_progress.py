"""What a person sees while a command works."""

import pytest

from infra.progress import Progress, StepFailed


def test_steps_are_numbered_and_timed(capsys):
    progress = Progress(2)
    with progress.step("package"):
        pass
    with progress.step("story", talks=True):
        print("once upon a time")

    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "[1/2] package … 0.0 s"
    assert rest == ["[2/2] story …", "once upon a time", "[2/2] story: 0.0 s"]


def test_a_failure_says_which_step_and_why():
    with pytest.raises(StepFailed, match=r"\[1/7\] deploy: the name is taken"), Progress(7).step("deploy"):
        raise RuntimeError("the name is taken")
