"""The one door to Jupyter: start a kernel, run code in it, end it.

Owns the kernel's process, its messages and its limits. Knows nothing of chapters: code
and the place it stands at go in, outputs come out. The kernel is the running
interpreter's own ipykernel, without the user's kernel specifications, profile or
history, so that a build does not depend on who runs it. It listens on sockets in a
private directory, signed with a key of its own, and ends itself when this process dies.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from galleyproof.errors import ToolMissingError
from galleyproof.outputs import (
    Evaluation,
    Expression,
    Failure,
    Flood,
    Gathered,
    Output,
    Place,
    Run,
    read_account,
    read_answer,
    read_printed,
)

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    from galleyproof.lineage.entries import Entries

START_TIMEOUT_S = 60.0
INTERRUPT_GRACE_S = 3.0
"""How long a cell may take to end after it was interrupted, before it is killed."""
_TICK_MS = 100
_ASK_AGAIN_S = 0.1
"""A kernel that has just come up may answer before it can be heard."""
_LONGEST_SOCKET_PATH = 90
_EXTENSION = "galleyproof.guest"
_GUEST = "__import__('galleyproof.guest').guest"


class KernelDied(Exception):  # noqa: N818  (an event, not a mistake)
    """The kernel's process is gone."""


class Kernel:
    """A Python kernel in `directory`. Start it, use it from one thread, close it."""

    def __init__(
        self, directory: Path, *, environment: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory
        self._environment = dict(environment or {})
        self._manager: KernelManager | None = None
        self._client: Any = None
        self._runtime: Path | None = None
        self._unwanted = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Life ------------------------------------------------------------------------

    stay = False
    """It is of one build, as far as it knows."""

    @property
    def directory(self) -> Path:
        """Where chapters run."""
        return self._directory

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that were given to it."""
        return self._environment

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Start the process, without waiting for it."""
        from jupyter_client.manager import KernelManager  # noqa: PLC0415 - slow

        self._runtime = Path(tempfile.mkdtemp(prefix="galley-"))
        sockets = self._runtime / "s"
        ipc = os.name == "posix" and len(str(sockets)) < _LONGEST_SOCKET_PATH
        where = {"transport": "ipc", "ip": str(sockets)} if ipc else {"ip": "127.0.0.1"}
        manager = KernelManager(
            connection_file=str(self._runtime / "kernel.json"),
            kernel_spec_manager=_own_specification(),
            **where,
        )
        self._manager = manager
        with (self._runtime / "log").open("wb") as log:
            manager.start_kernel(
                cwd=str(self._directory),
                env=self._kernel_environment(),
                stdout=log,
                stderr=log,
            )
        self._client = manager.client()
        self._client.start_channels(hb=False, stdin=False)

    def _kernel_environment(self) -> dict[str, str]:
        return {
            **environment_of(self._environment),
            "IPYTHONDIR": str(self._runtime),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }

    def await_ready(self) -> None:
        """Ask until both answers arrive: the reply, and its echo to subscribers."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                self._exchange("kernel_info_request", {}, wait_s=_ASK_AGAIN_S)
            except TimeoutError:
                continue
            except KernelDied as died:
                raise self._missing(str(died)) from None
            break
        else:
            raise self._missing(f"no answer within {START_TIMEOUT_S:.0f} s")
        answer = self._ask("ready()", START_TIMEOUT_S)
        if isinstance(answer, Failure):
            raise self._missing(answer.message)

    def _missing(self, reason: str) -> ToolMissingError:
        log = self._log_tail()
        self.close()
        return ToolMissingError(
            f"the Python kernel does not start: {reason}" + (f"\n{log}" if log else ""),
            hint=f"try `{sys.executable} -m ipykernel --version`; "
            "reinstall with `pip install --force-reinstall ipykernel`",
        )

    def _log_tail(self) -> str:
        if self._runtime is None:
            return ""
        try:
            text = (self._runtime / "log").read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-12:])

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._manager is not None and bool(self._manager.is_alive())

    def abandon(self) -> None:
        """Make whatever another thread does with the kernel end at once."""
        self._unwanted.set()

    def restart(self) -> None:
        """Replace the process by a new one."""
        self.close()
        self.start()

    def close(self) -> None:
        """End the process, now, with what it started, and remove its directory."""
        manager, client, runtime = self._manager, self._client, self._runtime
        self._manager = self._client = self._runtime = None
        if client is not None:
            client.stop_channels()
            client.context.destroy(linger=0)
        if manager is not None:
            if manager.has_kernel:
                manager.shutdown_kernel(now=True)
            manager.context.destroy(linger=0)
        if runtime is not None:
            shutil.rmtree(runtime, ignore_errors=True)

    # Use -------------------------------------------------------------------------

    def execute(
        self,
        code: str,
        *,
        place: Place | None = None,
        timeout_s: float = 120.0,
        output_limit: int = 1_000_000,
        figure_size: tuple[float | None, float | None] | None = None,
    ) -> Run:
        """Run a cell to its end, or to the first limit that it meets."""
        metadata = {} if place is None else {"path": place.path, "line": place.line}
        if figure_size is not None:
            metadata["figure_size"] = list(figure_size)
        asked = {"account": f"{_GUEST}.account()"}
        content = {**_REQUEST, "code": code, "user_expressions": asked}
        run, reply = self._bounded(content, metadata, timeout_s, output_limit)
        if run.end in {"failed", "timeout", "flood"} and self.alive:
            return self._explained(run)
        told = reply.get("user_expressions", {}).get("account")
        account = None if told is None else read_account(read_answer(told))
        return replace(run, account=account)

    def evaluate(
        self,
        expressions: Sequence[Expression],
        *,
        timeout_s: float = 120.0,
        output_limit: int = 1_000_000,
    ) -> Evaluation:
        """Evaluate many expressions in one round trip."""
        asked = {
            str(i): f"{_GUEST}.evaluate({e.code!r}, {e.place.path!r}, "
            f"{e.place.line}, {e.place.byte_column})"
            for i, e in enumerate(expressions)
        }
        content = {**_REQUEST, "code": "", "user_expressions": asked}
        run, reply = self._bounded(content, {}, timeout_s, output_limit)
        answers = reply.get("user_expressions", {})
        if run.end != "done" or len(answers) != len(asked):
            return Evaluation(run=run)
        return Evaluation(
            run=run, results=tuple(read_answer(answers[key]) for key in asked)
        )

    def printed(self, timeout_s: float = 60.0) -> Entries:
        """Return the records of what the chapter printed so far, and begin anew."""
        return read_printed(self._ask("printed()", timeout_s))

    def reset(self, timeout_s: float = 30.0) -> None:
        """Forget the chapter; a kernel that cannot is replaced."""
        if isinstance(self._ask("reset()", timeout_s), Failure):
            self.restart()

    def warm(self, statements: Sequence[str], timeout_s: float = 60.0) -> None:
        """Import ahead of time; what fails here fails again where it is told."""
        self._ask(f"warm({list(statements)!r})", timeout_s)

    def _ask(self, call: str, timeout_s: float) -> Mapping[str, str] | Failure:
        """Call a function of our own in the kernel."""
        asked = {"0": f"{_GUEST}.{call}"}
        content = {**_REQUEST, "code": "", "user_expressions": asked}
        _, reply = self._bounded(content, {}, timeout_s, 10_000_000)
        return read_answer(reply.get("user_expressions", {}).get("0", {}))

    # Messages --------------------------------------------------------------------

    def _bounded(
        self,
        content: dict[str, Any],
        metadata: dict[str, Any],
        timeout_s: float,
        output_limit: int,
    ) -> tuple[Run, dict[str, Any]]:
        """Execute within limits; interrupt, then kill, what goes beyond them."""
        began = time.monotonic()
        gathered = Gathered(output_limit)
        overrun: Literal["", "timeout", "flood"] = ""
        reply: dict[str, Any] = {}
        note = ""
        try:
            message = self._send("execute_request", content, metadata)
            try:
                reply = self._follow(message, timeout_s, gathered.take)
            except (TimeoutError, Flood) as limit:
                overrun = "flood" if isinstance(limit, Flood) else "timeout"
                self._stop(message, gathered)
        except KernelDied as died:
            note = str(died)
        end: Any = overrun or ("died" if note else gathered.end(reply))
        if end == "exited" and self._manager is not None:
            # It would end by itself, but only after the next request was sent.
            self._manager.shutdown_kernel(now=True)
        run = Run(
            end=end,
            outputs=gathered.outputs(),
            refuted=gathered.refuted(),
            seconds=time.monotonic() - began,
            note=note,
        )
        return run, reply

    def _stop(self, message: str, gathered: Gathered) -> None:
        """Interrupt a request; kill the kernel when it does not listen."""
        gathered.closed = True
        if self._manager is None:
            return
        self._manager.interrupt_kernel()
        try:
            self._follow(message, INTERRUPT_GRACE_S, gathered.take)
        except TimeoutError:
            self._manager.shutdown_kernel(now=True)

    def _exchange(
        self, kind: str, content: dict[str, Any], *, wait_s: float
    ) -> dict[str, Any]:
        return self._follow(self._send(kind, content, {}), wait_s, lambda _: None)

    def _send(
        self, kind: str, content: dict[str, Any], metadata: dict[str, Any]
    ) -> str:
        if self._client is None:
            raise KernelDied("it was not running")
        message = self._client.session.msg(kind, content)
        message["metadata"] = {"galleyproof": metadata}
        self._client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def _follow(
        self, message: str, wait_s: float, take: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Read messages until the request is answered and its outputs are complete."""
        import zmq  # noqa: PLC0415 - only where a kernel runs

        shell, iopub = self._client.shell_channel, self._client.iopub_channel
        poller = zmq.Poller()
        poller.register(shell.socket, zmq.POLLIN)
        poller.register(iopub.socket, zmq.POLLIN)
        deadline = time.monotonic() + wait_s
        reply: dict[str, Any] | None = None
        idle = False
        while reply is None or not idle:
            if self._unwanted.is_set():
                raise KernelDied("nobody wants it any more")
            left_ms = int((deadline - time.monotonic()) * 1000)
            if left_ms <= 0:
                raise TimeoutError
            ready = dict(poller.poll(min(_TICK_MS, left_ms)))
            if not ready and not self.alive:
                raise KernelDied(self._death())
            if iopub.socket in ready:
                said = iopub.get_msg(timeout=0)
                if said["parent_header"].get("msg_id") == message:
                    idle = idle or said["content"].get("execution_state") == "idle"
                    take(said)
            if shell.socket in ready:
                said = shell.get_msg(timeout=0)
                if said["parent_header"].get("msg_id") == message:
                    reply = said["content"]
        return reply

    def _death(self) -> str:
        """Say how the process ended, as far as the system tells."""
        process = getattr(getattr(self._manager, "provisioner", None), "process", None)
        status = process.poll() if process is not None else None
        if status is None:
            return "its process is gone"
        if status < 0:
            return f"it was killed by signal {-status} ({_signal_name(-status)})"
        return f"it exited with status {status}"

    def _explained(self, run: Run) -> Run:
        """Ask what the last exception was, in terms of the author's files."""
        result = self._ask("failure()", 30.0)
        if not isinstance(result, Failure) or not result.name:
            return run
        account = read_account(self._ask("account()", 30.0))
        outputs = tuple(
            Output(kind="error", name=result.name, text=result.traceback)
            if output.kind == "error"
            else output
            for output in run.outputs
        )
        return replace(run, outputs=outputs, failure=result, account=account)


_REQUEST: dict[str, Any] = {
    "silent": False,
    "store_history": False,
    "user_expressions": {},
    "allow_stdin": False,
    "stop_on_error": False,
}


def environment_of(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which chapters run, as they can read it."""
    environment = {
        **os.environ,  # noqa: TID251 - layer 2
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),
        **variables,
    }
    # ipykernel would not read what child processes print in a run of pytest.
    environment.pop("PYTEST_CURRENT_TEST", None)
    # A pager or colours would be waited for, or printed, by nobody.
    return {**environment, "NO_COLOR": "1", "PAGER": "cat", "TERM": "dumb"}


def leave_thread() -> None:
    """Close the event loop that Jupyter's client made for the present thread."""
    from jupyter_core.utils import ensure_event_loop  # noqa: PLC0415 - slow

    ensure_event_loop().close()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _own_specification() -> KernelSpecManager:
    """Return a specification manager that knows one kernel: this interpreter's."""
    from jupyter_client.kernelspec import (  # noqa: PLC0415 - slow
        KernelSpec,
        KernelSpecManager,
    )

    class OwnInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            return KernelSpec(
                argv=[
                    sys.executable,
                    "-m",
                    "ipykernel_launcher",
                    "-f",
                    "{connection_file}",
                    f"--ext={_EXTENSION}",
                    "--HistoryManager.enabled=False",
                    "--InteractiveShell.colors=NoColor",
                    "--InteractiveShell.xmode=Minimal",
                    "--InlineBackend.figure_formats=svg",
                    "--InlineBackend.figure_formats=png",
                ],
                display_name="galleyproof",
                language="python",
            )

    return OwnInterpreter()
