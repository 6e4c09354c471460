"""Owns the process that runs Helm: a JSON request a line on standard input, a JSON answer a line on standard output.

A process of its own because the Go library reads HELM_DRIVER once, when the process starts. Does not know the chart.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any, TextIO

import helm_sdkpy as helm


def main() -> None:
    if os.environ.get("HELM_DRIVER") != "memory":
        raise SystemExit("start this process with HELM_DRIVER=memory")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever Helm prints must not mix with the answers
    asyncio.run(answer_requests(sys.stdin, answers))


async def answer_requests(requests: TextIO, answers: TextIO) -> None:
    """Run until standard input ends. Configurations live as long as the process: they hold the releases."""
    clusters: dict[str, helm.Configuration] = {}
    for line in requests:
        request = json.loads(line)
        kubeconfig = request["kubeconfig"]
        if kubeconfig not in clusters:
            clusters[kubeconfig] = helm.Configuration(namespace=request["namespace"], kubeconfig=kubeconfig)
        answer: dict[str, Any]
        try:
            answer = {"release": await act(clusters[kubeconfig], request)}
        except helm.HelmError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), file=answers, flush=True)


async def act(cluster: helm.Configuration, request: dict[str, Any]) -> dict[str, Any]:
    """Install, upgrade or uninstall; the answer carries the manifest and the hooks."""
    name = request["name"]
    if request["action"] == "uninstall":
        return await helm.Uninstall(cluster).run(name, wait=False)
    action = helm.Install(cluster) if request["action"] == "install" else helm.Upgrade(cluster)
    return await action.run(name, request["chart"], values=request["values"], wait=False)


if __name__ == "__main__":
    main()
