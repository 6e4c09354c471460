"""Owns the reading of the environment: every setting of the platform is declared here or in a service's subclass."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# gRPC reads this at its first channel. Our subprocesses are new programs that never use it; its work at a fork would be
# to write a line into the log that is not JSON.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


class Settings(BaseSettings):
    """Settings from variables that start with PLUMB_; subclassed by services for their own."""

    model_config = SettingsConfigDict(env_prefix="PLUMB_", extra="ignore", frozen=True)


class Platform(Settings):
    """What every process of the platform needs to know."""

    home: Path = Field(Path(".plumb"), description="Folder for local state: caches, the one-time sign-in.")
    public_url: str = Field("http://127.0.0.1:8080", description="Where people and clients reach the gateway.")
    log_level: str = Field("INFO", description="Least severe level that is logged.")
    otlp_endpoint: str = Field("", description="OTLP/HTTP endpoint for traces; empty sends none.")
    metrics_port: int = Field(0, description="Port of the Prometheus endpoint; 0 opens none.")

    database_url_auth: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL (postgresql+asyncpg).")
    database_url_storage: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL (postgresql+asyncpg).")
    database_url_annotation: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL (postgresql+asyncpg).")
    database_url_experiments: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL (postgresql+asyncpg).")
    database_url_trainer: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL (postgresql+asyncpg).")
    database_url_gateway: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL (postgresql+asyncpg).")
    database_pool: int = Field(10, description="Connections each service keeps to its database.")

    nats_url: SecretStr = Field(SecretStr("nats://127.0.0.1:4222"), description="URL with user and password.")

    s3_endpoint: str = Field("http://127.0.0.1:9000", description="S3 endpoint as the services reach it.")
    s3_public_endpoint: str = Field("", description="S3 endpoint as clients reach it; empty: the same.")
    s3_bucket: str = Field("plumbline", description="Bucket of all objects.")
    s3_region: str = Field("us-east-1", description="Region that signatures name.")
    s3_access_key: SecretStr = Field(SecretStr(""), description="Access key of the bucket.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the bucket.")

    identity_key: SecretStr = Field(SecretStr(""), description="Ed25519 private key: 32 bytes, base64.")

    rpc_host: str = Field("127.0.0.1", description="Address the gRPC server listens on.")
    rpc_port: int = Field(7000, description="Port of this process's gRPC server (distributed shape).")
    peers_auth: str = Field("", description="host:port of the auth service (distributed shape).")
    peers_storage: str = Field("", description="host:port of the storage service (distributed shape).")
    peers_annotation: str = Field("", description="host:port of the annotation service (distributed shape).")
    peers_experiments: str = Field("", description="host:port of the experiments service (distributed shape).")
    peers_trainer: str = Field("", description="host:port of the trainer service (distributed shape).")

    def database_url(self, service: str) -> str:
        secret: SecretStr = getattr(self, f"database_url_{service}")
        if not secret.get_secret_value():
            raise SystemExit(f"PLUMB_DATABASE_URL_{service.upper()} is not set: where is the {service} database?")
        return secret.get_secret_value()

    def peer(self, service: str) -> str:
        return str(getattr(self, f"peers_{service}"))
