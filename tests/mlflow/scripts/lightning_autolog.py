"""A PyTorch Lightning training with autolog and with its own MLflow logger, as people write it."""

from __future__ import annotations

import json
import os
import tempfile

import mlflow
import torch
from lightning.pytorch import LightningModule, Trainer, seed_everything
from lightning.pytorch.loggers import MLFlowLogger
from torch.utils.data import DataLoader, TensorDataset


class Net(LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def training_step(self, batch: list[torch.Tensor]) -> torch.Tensor:
        loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def train(logger: object) -> None:
    seed_everything(7, verbose=False)
    data = TensorDataset(torch.randn(64, 4), torch.randint(0, 2, (64,)))
    trainer = Trainer(
        max_epochs=2, logger=logger, enable_progress_bar=False, enable_model_summary=False, log_every_n_steps=1,
        accelerator="cpu", default_root_dir=tempfile.mkdtemp(),
    )  # fmt: skip
    trainer.fit(Net(), DataLoader(data, batch_size=16))


def seen(run_id: str) -> dict[str, object]:
    held = client.get_run(run_id)
    return {
        "params": dict(sorted(held.data.params.items())),
        "metrics": {key: round(value, 5) for key, value in sorted(held.data.metrics.items())},
        "points": {key: len(client.get_metric_history(run_id, key)) for key in sorted(held.data.metrics)},
        "tags": sorted(held.data.tags),
        "status": held.info.status,
        "artifacts": sorted(file.path for file in client.list_artifacts(run_id)),
        "models": len(held.outputs.model_outputs),
    }


torch.set_num_threads(1)
mlflow.set_experiment("autolog Lightning")
mlflow.pytorch.autolog()
with mlflow.start_run(run_name="autolog") as run:
    train(logger=False)
mlflow.pytorch.autolog(disable=True)

logger = MLFlowLogger("autolog Lightning", run_name="logger", tracking_uri=os.environ["MLFLOW_TRACKING_URI"])
train(logger=logger)

client = mlflow.MlflowClient()
print(json.dumps([seen(run.info.run_id), seen(str(logger.run_id))]))
