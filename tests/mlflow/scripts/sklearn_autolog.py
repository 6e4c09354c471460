"""A scikit-learn training as people write it: nothing in it knows which server it talks to."""

from __future__ import annotations

import json

import mlflow
import numpy
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

mlflow.set_experiment("autolog scikit-learn")
mlflow.sklearn.autolog(serialization_format="cloudpickle")

generator = numpy.random.default_rng(7)
features = generator.normal(size=(120, 4))
labels = (features[:, 0] + features[:, 1] > 0).astype(int)
train_x, test_x, train_y, test_y = train_test_split(features, labels, random_state=7)

with mlflow.start_run(run_name="forest") as run:
    model = RandomForestClassifier(n_estimators=5, random_state=7).fit(train_x, train_y)
    model.score(test_x, test_y)

client = mlflow.MlflowClient()
held = client.get_run(run.info.run_id)
logged = client.get_logged_model(held.outputs.model_outputs[0].model_id)
loaded = mlflow.sklearn.load_model(f"models:/{logged.model_id}")
print(
    json.dumps(
        {
            "params": dict(sorted(held.data.params.items())),
            "metrics": dict(sorted(held.data.metrics.items())),
            "tags": sorted(held.data.tags),
            "inputs": sorted(one.dataset.name for one in held.inputs.dataset_inputs),
            "status": held.info.status,
            "artifacts": sorted(file.path for file in client.list_artifacts(run.info.run_id)),
            "model": [logged.name, str(logged.status), logged.model_type, sorted(logged.params or {})],
            "model_files": sorted(file.path for file in client.list_logged_model_artifacts(logged.model_id)),
            "predictions": loaded.predict(test_x).tolist(),
        }
    )
)
