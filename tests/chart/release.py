"""Owns a release of the chart in a test: Helm in its process, the API it talks to, and what came out.

Does not judge the objects; the test modules do.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.chart.kube_server import serve
from tests.chart.kube_store import BUILT_IN, KubeStore, Object

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "helm" / "plumbline"
VALUES = Path(__file__).with_name("values")
SERVICES = ("gateway", "auth", "storage", "annotation", "experiments", "trainer")
NAMESPACE = "vision"
NAME = "plumbline"


class HelmRefused(Exception):
    """Helm did not accept the values or the chart; the text is Helm's own."""


class HelmProcess:
    """Helm in a child process; requests go one after another."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chart.helm_process"],
            cwd=ROOT,
            env={**os.environ, "HELM_DRIVER": "memory"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the Helm process ended with status {self.process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise HelmRefused(answer["error"])
        return answer["release"]

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=10)


@dataclass
class Release:
    """What one install or upgrade produced."""

    manifest: list[Object]
    hooks: list[Object]
    manifest_text: str = field(repr=False)

    @property
    def objects(self) -> list[Object]:
        return [*self.manifest, *self.hooks]

    def all(self, kind: str) -> list[Object]:
        return [o for o in self.objects if o["kind"] == kind]

    def one(self, kind: str, name: str) -> Object:
        """The object of this kind whose name is `<release>-<name>`."""
        return next(o for o in self.all(kind) if o["metadata"]["name"] == f"{NAME}-{name}")

    def has(self, kind: str, name: str) -> bool:
        return any(o["metadata"]["name"] == f"{NAME}-{name}" for o in self.all(kind))

    def deployment(self, service: str) -> Object:
        return self.one("Deployment", service)

    def container(self, service: str) -> Object:
        return self.deployment(service)["spec"]["template"]["spec"]["containers"][0]

    def env(self, service: str) -> dict[str, Object]:
        """Environment of a service's container by variable."""
        return {entry["name"]: entry for entry in self.container(service)["env"]}

    def jobs(self) -> dict[str, Object]:
        """The Job templates of the trainer by profile."""
        data = self.one("ConfigMap", "trainer-jobs")["data"]
        return {name.removesuffix(".json"): json.loads(text) for name, text in data.items()}


@dataclass
class Cluster:
    """One API server with its releases."""

    helm: HelmProcess
    store: KubeStore
    kubeconfig: str

    def run(self, action: str, values: Object) -> Release:
        """Install or upgrade with these values; HelmRefused carries the reason of a refusal."""
        release = self.helm.ask(
            action=action,
            name=NAME,
            namespace=NAMESPACE,
            chart=str(CHART),
            values=values,
            kubeconfig=self.kubeconfig,
        )
        hooks = [obj for hook in release.get("hooks") or [] for obj in _documents(hook["manifest"])]
        return Release(_documents(release["manifest"]), hooks, release["manifest"])

    def secret(self, name: str) -> dict[str, str]:
        """What the cluster holds in the Secret `<release>-<name>`, decoded."""
        data = self.store.of_kind("Secret")[f"{NAME}-{name}"]["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def uninstall(self) -> None:
        self.helm.ask(action="uninstall", name=NAME, namespace=NAMESPACE, kubeconfig=self.kubeconfig)


@contextmanager
def cluster(
    helm: HelmProcess, apis: dict[str, dict[str, str]] | None = None, version: str = "1.37.0"
) -> Iterator[Cluster]:
    """An empty cluster that serves the built-in kinds and the given ones."""
    store = KubeStore(apis={**BUILT_IN, **(apis or {})})
    with serve(store, version) as url, tempfile.TemporaryDirectory() as folder:
        kubeconfig = Path(folder, "kubeconfig.json")
        kubeconfig.write_text(json.dumps(_kubeconfig(url)))
        yield Cluster(helm, store, str(kubeconfig))


def values_of(name: str) -> Object:
    """The values file `name` on top of the smallest set that installs."""
    smallest = yaml.safe_load((VALUES / "minimal.yaml").read_text())
    return merged(smallest, yaml.safe_load((VALUES / f"{name}.yaml").read_text()))


def value_sets() -> list[str]:
    """Names of all value sets, the smallest among them."""
    return sorted(path.stem for path in VALUES.glob("*.yaml"))


def merged(base: Object, over: Object) -> Object:
    """Values merge as Helm's: mappings by key, everything else is replaced."""
    result = dict(base)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def _documents(text: str) -> list[Object]:
    return [document for document in yaml.load_all(text, yaml.CSafeLoader) if document]


def _kubeconfig(url: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": {"server": url}}],
        "users": [{"name": "test", "user": {}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": NAMESPACE}}],
    }
