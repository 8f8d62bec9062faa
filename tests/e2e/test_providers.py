"""Any server that speaks OpenAI's protocol is a provider once it is set, and its key stays a secret."""

from __future__ import annotations

from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.helpers.weft_command import REST, Weft, node


def test_a_provider_of_ones_own(weft: Weft) -> None:
    weft.environment["WEFT_KEYCHAIN"] = "off"
    path = weft.write(
        "ask.weft", node("ask", "ai.llm", provider="mine", prompt="Say hello."),
        node("end", "flow.output", value="{{ nodes.ask.output }}"), edges="ask > end.after",
    )  # fmt: skip
    with FakeModelServer(default=Reply("Good day.")) as server:
        unknown = weft("run", path, "--trust", "--json")
        assert unknown.json(REST)["error"]["code"] == "model.unknown-provider"
        assert weft("secrets", "set", "mine", given="sk-0123456789").code == 0
        done = weft("providers", "set", "mine", "--base-url", server.url, "--model", "m-1", "--secret", "mine", "--json")
        assert (done.code, done.json()) == (0, {"name": "mine", "base_url": server.url, "model": "m-1", "secret": "mine"})
        answered = weft("run", path, "--trust", "--json")
        assert answered.json(REST)["outputs"] == {"result": "Good day."}
        assert server.calls[-1]["model"] == "m-1"
    listed = weft("providers", "list", "--json").json()["items"]
    assert [one["name"] for one in listed] == ["local", "openai", "mine"]
    assert "sk-0123456789" not in str(listed)
    assert weft("providers", "remove", "mine").code == 0
    gone = weft("providers", "remove", "mine", "--json")
    assert (gone.code, gone.json()["error"]["code"]) == (2, "model.unknown-provider")


def test_a_wrong_address_is_refused_and_changes_nothing(weft: Weft) -> None:
    done = weft("providers", "set", "bad", "--base-url", "nowhere", "--json")
    assert (done.code, done.json()["error"]["code"]) == (2, "model.bad-provider")
    assert len(weft("providers", "list", "--json").json()["items"]) == 2
