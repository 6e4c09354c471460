# The image of all services, with the web UI for the gateway. It holds no training framework.
# Build from the root of the repository: docker build --file deploy/images/services.Dockerfile --tag plumbline/services .
ARG PYTHON_IMAGE=docker.io/library/python:3.11-slim
ARG NODE_IMAGE=docker.io/library/node:24-slim

FROM ${NODE_IMAGE} AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM ${PYTHON_IMAGE} AS packages
COPY deploy/images/services.lock /tmp/services.lock
# The lock names every package, so pip must not add any: --no-deps.
RUN python -m venv /opt/plumbline \
    && /opt/plumbline/bin/pip install --no-cache-dir --no-deps --only-binary :all: --requirement /tmp/services.lock \
    && /opt/plumbline/bin/pip check

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="plumbline/services" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 plumbline \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin plumbline
COPY --from=packages /opt/plumbline /opt/plumbline
COPY formats /app/formats
COPY gen /app/gen
COPY kit /app/kit
COPY services /app/services
COPY --from=web /src/web/dist /app/web/dist
ENV PATH=/opt/plumbline/bin:$PATH \
    PYTHONPATH=/app:/app/gen:/app/sdk:/app/formats \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    PLUMB_HOME=/tmp/plumbline
WORKDIR /app
USER 10001:10001
EXPOSE 7000 8080 9464
ENTRYPOINT ["python", "-m", "services"]
