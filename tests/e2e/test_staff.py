"""One of the staff signs in to the deployed stack, looks at its users and leaves, by tokens and by the desk's cookie."""

import requests

WHO = {"email": "olga@example.org", "password": "correct-horse-battery"}


def test_an_owner_signs_in_lists_users_and_signs_out(cloud):
    def ask(method, path, headers=None, **said):
        return requests.request(method, cloud.base_url + path, headers=headers or {}, timeout=60, **said)

    made = ask("POST", "/api/v1/users/", cloud.as_service, json={**WHO, "role": "owner"})
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/users/{made.json()['id']}"), made.text

    tokens = ask("POST", "/api/v1/auth/login", json=WHO).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert "olga@example.org" in [user["email"] for user in ask("GET", "/api/v1/users/?role=owner", bearer).json()["items"]]
    assert ask("GET", "/api/v1/users/me", bearer).json()["role"] == "owner", "`me` is no id"
    assert ask("POST", "/api/v1/auth/logout", bearer, json={}).status_code == 200
    assert ask("GET", "/api/v1/users", bearer).status_code == 401

    desk = ask("POST", "/staff/session", json=WHO)
    cookie = {"Cookie": desk.headers["Set-Cookie"].partition(";")[0], "X-Frontdesk-Desk": "1"}
    assert ask("GET", "/staff/session", cookie).json()["user"]["email"] == "olga@example.org"
    assert ask("DELETE", "/staff/session?all=true", cookie).status_code == 200
    assert ask("GET", "/staff/session", cookie).status_code == 401
