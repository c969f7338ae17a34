"""The first owner of a local stack."""

from infra import localsettings, owner


class House:
    """An API that keeps its users."""

    def __init__(self):
        self.users = []

    def get(self, path, **query):
        return {"total": sum(user["role"] == query["role"] for user in self.users)}

    def post(self, path, body):
        self.users.append(body)


def test_he_is_made_once(tmp_path):
    house = House()
    made = [owner.ensure(house, lambda: localsettings.password_of_owner(tmp_path)) for _ in range(2)]
    assert made == [True, False]
    assert [(user["email"], user["role"]) for user in house.users] == [("admin@frontdesk.local", "owner")]


def test_his_password_is_kept_for_its_owner_alone_and_goes_to_no_function(tmp_path):
    made = localsettings.password_of_owner(tmp_path)
    assert localsettings.password_of_owner(tmp_path) == made
    file = localsettings.secrets_file(tmp_path)
    assert f"FIRST_OWNER_PASSWORD={made}" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert made not in localsettings.gather(tmp_path, tmp_path, {}).values()


def test_nobody_s_password_is_made_where_there_is_an_owner(tmp_path):
    house = House()
    house.users = [{"role": "owner"}]
    owner.ensure(house, lambda: localsettings.password_of_owner(tmp_path))
    assert not localsettings.secrets_file(tmp_path).exists()
