"""Training scripts as people write them run unchanged against both servers, and find the same again afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.mlflow.servers import Server, run_script


@pytest.mark.timeout(600)
@pytest.mark.parametrize("script", ["sklearn_autolog", "lightning_autolog"])
def test_a_training_with_autolog_ends_the_same(plumbline: Server, oracle: Server, script: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        ours, theirs = pool.map(lambda server: run_script(script, server), (plumbline, oracle))
    assert ours == theirs
