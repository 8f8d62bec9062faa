"""What the window says of this machine: the model in the tool bar, parts of the status bar, the card of the start page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.window.engine import EngineService
from desktop_app.window.settings import amounts
from desktop_app.window.settings.local_models import Getting, LocalModel
from desktop_app.window.settings.providers import LOCAL, Provider
from desktop_app.window.settings.settings import Settings
from desktop_app.window.settings.setup import Setup, Usage
from engine.model.issues import WeftError
from resources.language import tr
from widgets.way_out import told

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow
    from desktop_app.window.welcome import MachineFact

_DECLINED = "models.offer_declined"


class MachineStatus(QObject):
    """Keeps all of that right, in whatever language. A better model is offered once and never forced."""

    def __init__(self, window: MainWindow, engine: EngineService, setup: Setup, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._engine, self._setup, self._settings = window, engine, setup, settings
        self._problem: WeftError | None = None
        self._usage: Usage | None = None
        self._facts: object = None
        setup.models.changed.connect(self.show)
        setup.models.progressed.connect(self._on_progress)
        setup.models.got.connect(self._on_got)
        setup.models.failed.connect(self._on_failed)
        setup.providers.changed.connect(self.show)
        setup.providers.refused.connect(self._on_refused)
        window.retranslated.connect(self.show)
        engine.problem.connect(self._on_problem)
        engine.bridge.attached.connect(self._on_attached)
        setup.measured.connect(self._on_measured)
        self.show()

    def show(self) -> None:
        """Say everything anew."""
        self._show_model()
        self._show_network()
        self._show_storage()
        self._show_facts()

    def offered(self) -> LocalModel | None:
        """Return the model that would do better than those that are here; None when there is none or nobody wants it."""
        models = self._setup.models
        best = models.recommended()
        if best is None or not models.is_known or self._window.preferences.get(_DECLINED) is True:
            return None
        return best if all(model.demonstration for model in models.models if model.installed) else None

    def accept(self) -> None:
        """Get the model that is offered."""
        if (model := self.offered()) is not None:
            self._setup.models.get(model.id)
            self._window.toasts.show_toast(
                tr("Getting {model}. Go on working meanwhile.", model=model.short_title), "info",
                (tr("Show"), self._settings.open_models),
            )  # fmt: skip

    def decline(self) -> None:
        """Offer it no more."""
        self._window.preferences.set(_DECLINED, True)
        self.show()

    # what happens

    def _on_attached(self) -> None:
        self._problem = None
        self.show()

    def _on_problem(self, error: WeftError) -> None:
        self._problem = error
        self.show()

    def _on_refused(self, error: WeftError) -> None:
        self._window.toasts.show_toast(told(error.issue), "error")

    def _on_progress(self, _name: str) -> None:
        self._show_model()

    def _on_got(self, name: str) -> None:
        model = self._setup.models.model(name)
        if model is not None:
            self._window.toasts.show_toast(tr("{model} is here.", model=model.short_title), "done")

    def _on_failed(self, name: str) -> None:
        """Say it where a person is; the list of models says it in its place, with what to do."""
        model, page = self._setup.models.model(name), self._settings.page
        if model is not None and not (page is not None and page.isVisible() and page.current == "models"):
            said = tr("{model} could not be got.", model=model.short_title)
            self._window.toasts.show_toast(said, "error", (tr("See why"), self._settings.open_models))

    def _on_measured(self, usage: Usage) -> None:
        self._usage = usage
        self._show_storage()

    # tool bar and status bar

    def _show_model(self) -> None:
        name, detail, role = self._model_words()
        self._window.toolbar.show_model(name, detail, role)
        model = self._setup.default_model()
        said = f"{name} · {detail}"
        if model is not None and model.memory and self._problem is None:
            said = f"{name} · {amounts.size(model.memory)}" + (f" · {tr('loaded')}" if model.running else "")
        if (coming := self._coming()) is not None:
            said, role = (
                tr("Getting {model} · {share}", model=coming[0].short_title, share=f"{coming[1].share:.0%}"),
                "state.running",
            )
        self._window.status.show_part("model", said, "cpu", role, tip=tr("Models of this machine"), do=self._settings.open_models)

    def _model_words(self) -> tuple[str, str, str]:
        models, here = self._setup.models, self._setup.default_model()
        if self._problem is not None:
            return tr("No engine"), tr("see the log"), "state.failed"
        if here is not None and here.demonstration:
            return here.short_title, tr("demonstration"), "state.waiting"
        if here is not None:
            return here.short_title, tr("local · loaded") if here.running else tr("local · ready"), "state.ok"
        if (coming := self._coming()) is not None:
            return coming[0].short_title, f"{coming[1].share:.0%}", "state.running"
        if not models.is_known:
            return tr("Models"), tr("looking …"), "text.tertiary"
        return tr("No model yet"), tr("get one"), "state.waiting"

    def _coming(self) -> tuple[LocalModel, Getting] | None:
        models = self._setup.models
        found = ((models.model(name), getting) for name, getting in models.getting.items())
        return next(((model, getting) for model, getting in found if model is not None), None)

    def _show_network(self) -> None:
        hosted = [provider for provider in self._setup.providers.providers if _is_elsewhere(provider)]
        if not self._setup.providers.providers:
            self._window.status.show_part("network", "")
            return
        if hosted:
            names = ", ".join(provider.name for provider in hosted)
            said, icon, role = tr("Models elsewhere: {names}", names=names), "cloud", "text.tertiary"
            tip = tr("Nodes that choose one of them send their prompts there.")
        else:
            said, icon, role = tr("Offline: prompts stay on this machine"), "wifi-off", "state.ok"
            tip = tr("No provider elsewhere has a key. Nodes that call web addresses still do so.")
        open_providers = partial(self._settings.open, "providers")
        self._window.status.show_part("network", said, icon, role, tip=tip, do=open_providers)

    def _show_storage(self) -> None:
        if self._usage is not None:
            said = tr("Data {size}", size=amounts.size(self._usage.data))
            tip = tr("{folder}, without the models", folder=self._engine.folder.root)
            open_data = partial(self._settings.open, "data")
            self._window.status.show_part("storage", said, "hard-drive", "text.tertiary", tip=tip, do=open_data)

    # the start page

    def _show_facts(self) -> None:
        facts = tuple(fact for fact in (self._model_fact(), self._offer_fact(), self._provider_fact()) if fact is not None)
        said = tuple((fact.icon, fact.role, fact.title, fact.detail, fact.action) for fact in facts)
        if said != self._facts:
            self._facts = said
            self._window.show_machine(facts)

    def _model_fact(self) -> MachineFact | None:
        from desktop_app.window.welcome import MachineFact

        if self._problem is not None:
            issue = self._problem.issue
            return MachineFact("octagon-x", "state.failed", issue.said, issue.advice)
        here = self._setup.default_model()
        if here is not None and here.demonstration:
            detail = tr("shows that everything works; answers are close to chance")
            return MachineFact("flask-conical", "state.waiting", here.short_title, detail)
        if here is not None:
            detail = tr("{size} on this machine, ready", size=amounts.size(here.bytes))
            return MachineFact("circle-check", "state.ok", here.short_title, detail)
        if not self._setup.models.is_known:
            return None
        return MachineFact("triangle-alert", "state.waiting", tr("No model yet"), tr("needed by nodes that think or write"))

    def _offer_fact(self) -> MachineFact | None:
        from desktop_app.window.welcome import MachineFact

        model = self.offered()
        if model is None:
            return None
        if model.id in self._setup.models.getting:
            return MachineFact("download", "state.running", tr("Getting {model}", model=model.short_title),
                               tr("goes on while you work"), tr("Show"), self._settings.open_models)  # fmt: skip
        title = tr("Get {model}, {size}", model=model.short_title, size=amounts.size(model.bytes))
        return MachineFact("download", "accent.base", title, tr("answers better, also offline"), tr("Get"), self.accept,
                           tr("Not now"), self.decline)  # fmt: skip

    def _provider_fact(self) -> MachineFact | None:
        from desktop_app.window.welcome import MachineFact

        hosted = [provider for provider in self._setup.providers.providers if _is_set_up(provider)]
        if not self._setup.providers.providers:
            return None
        open_providers = partial(self._settings.open, "providers")
        if hosted:
            names = ", ".join(provider.name for provider in hosted)
            return MachineFact("cloud", "state.ok", names, tr("set up as well"), tr("Settings"), open_providers)
        return MachineFact("plug", "text.tertiary", tr("Other servers"), tr("Ollama, LM Studio, OpenAI and the like"), tr("Add"),
                           open_providers)  # fmt: skip


def _is_set_up(provider: Provider) -> bool:
    return provider.kind != LOCAL and (bool(provider.key) or not provider.wants_key)


def _is_elsewhere(provider: Provider) -> bool:
    """Tell whether prompts for a provider leave this machine."""
    here = provider.host in ("localhost", "::1") or provider.host.startswith("127.")
    return _is_set_up(provider) and not here
