# The image of training workers: that of the services, plus the SDK and the training packages.
# Build the services image first, then from the root of the repository:
#   docker build --file deploy/images/worker.Dockerfile --tag plumbline/worker .
# For NVIDIA GPUs:
#   docker build --file deploy/images/worker.Dockerfile --tag plumbline/worker-gpu \
#     --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu128 --build-arg ONNXRUNTIME=onnxruntime-gpu .
ARG SERVICES_IMAGE=plumbline/services:0.1.0
FROM ${SERVICES_IMAGE}
ARG VERSION=0.1.0
ARG TORCH_VERSION=2.13.0
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG ONNXRUNTIME=onnxruntime
ARG ONNXRUNTIME_VERSION=1.32.0
LABEL org.opencontainers.image.title="plumbline/worker" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 0
COPY deploy/images/worker.lock /tmp/worker.lock
# torch and onnxruntime bring dependencies of their own, which differ by accelerator; the lock fixes all others first.
RUN pip install --no-cache-dir --no-deps --only-binary :all: --requirement /tmp/worker.lock \
    && pip install --no-cache-dir --only-binary :all: --extra-index-url "${TORCH_INDEX}" \
        "torch==${TORCH_VERSION}" "${ONNXRUNTIME}==${ONNXRUNTIME_VERSION}" \
    && pip check
COPY sdk /app/sdk
USER 10001:10001
ENTRYPOINT ["python", "-m", "services.trainer.worker"]
