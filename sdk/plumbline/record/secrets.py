"""Owns what is never recorded: values that look like passwords, tokens and keys. Better one harmless value too many."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

HIDDEN = "***"

# the only variables of the environment that are ever looked at
ENVIRONMENT = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_DEVICE_ORDER",
    "CUDA_LAUNCH_BLOCKING",
    "CUDA_VISIBLE_DEVICES",
    "HF_HUB_OFFLINE",
    "LOCAL_RANK",
    "MKL_NUM_THREADS",
    "NCCL_ALGO",
    "NCCL_PROTO",
    "NUMEXPR_NUM_THREADS",
    "NVIDIA_TF32_OVERRIDE",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PL_GLOBAL_SEED",
    "PYTHONHASHSEED",
    "PYTORCH_CUDA_ALLOC_CONF",
    "RANK",
    "TF_CUDNN_DETERMINISTIC",
    "TF_DETERMINISTIC_OPS",
    "TRANSFORMERS_OFFLINE",
    "WORLD_SIZE",
    "XLA_FLAGS",
)

_WORD = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|auth(?:orization)?|bearer|api[-_]?key|access[-_]?key"
    r"|secret[-_]?key|private[-_]?key|account[-_]?key|connection[-_]?string)"
)
_NAME = re.compile(rf"(?:^|[-_.]|(?<=[a-z0-9])(?=[A-Z])){_WORD}(?:[-_](?:id|key|value))?$", re.IGNORECASE)
# such as PASSWORD=..., "api_key": "...", secret: ...; a value that is an expression of code is none
_ASSIGNED = re.compile(
    rf"""(?P<name>\b[\w.-]*{_WORD}(?:[-_](?:id|key|value))?["']?\s*(?::=|[:=])\s*)
    (?P<value>[rbfu]?"[^"\n]+"|[rbfu]?'[^'\n]+'|(?!(?:None|True|False|null|true|false)\b)[^\s"'(){{}}\[\],;]{{4,}}(?![\w(.\[]))""",
    re.IGNORECASE | re.VERBOSE,
)
_ANNOTATED = re.compile(r"^(?:str|bytes|int|float|bool|SecretStr|Optional|Any)\b", re.IGNORECASE)
_SHAPES = re.compile(
    r"""plumb_[a-z]+_\w+
    |(?<=://)[^/@\s"']+(?=@)
    |X-Amz-(?:Signature|Credential|Security-Token)=[^&\s"']+
    |\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b
    |\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}
    |\bhf_[A-Za-z0-9]{20,}
    |\bxox[abeoprs]-[\w-]{10,}
    |\b[sr]k[-_](?:live|test|proj|ant|or)?[-_]?[\w-]{20,}
    |\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}
    |\bpypi-[\w-]{20,}|\bnpm_\w{30,}
    |\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*
    |-----BEGIN\ [A-Z ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    |(?<=[Bb]earer\ )[\w.~+/-]{8,}=*
    |(?<![\w/+.-])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[0-9])[A-Za-z0-9/+]{40}(?![\w/+.=-])""",
    re.VERBOSE | re.DOTALL,
)
_FILES = re.compile(
    r"(^|/)(\.env(\..*)?|\.netrc|\.pgpass|id_[a-z0-9]+|.*\.(pem|key|p12|pfx|jks|kdbx)|[^/]*(secret|credential)[^/]*)$",
    re.I,
)


def scrub(text: str) -> str:
    """A text with everything that looks like a secret replaced by `***`."""
    return _ASSIGNED.sub(_hide_value, _SHAPES.sub(HIDDEN, text))


def redacted(argv: Sequence[str]) -> list[str]:
    """Command-line arguments with the values of secret-looking flags and secret-looking values replaced by `***`."""
    shown: list[str] = []
    hide_next = False
    for argument in argv:
        name, equals, _ = argument.partition("=")
        is_secret = bool(_NAME.search(name.lstrip("-+")))
        if hide_next and not argument.startswith("--"):
            shown.append(HIDDEN)
        elif equals and is_secret:
            shown.append(f"{name}={HIDDEN}")
        else:
            shown.append(scrub(argument))
        hide_next = name.startswith("-") and not equals and is_secret
    return shown


def allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables of the allow-list, scrubbed."""
    return {name: scrub(environment[name]) for name in ENVIRONMENT if name in environment}


def is_secret_file(path: str) -> bool:
    """Whether a file is left out by its name alone, such as `.env` or a private key."""
    return bool(_FILES.search(path))


def _hide_value(found: re.Match[str]) -> str:
    value = found["value"]
    if _ANNOTATED.match(value):
        return found[0]
    quote = value[-1] if value[-1] in "\"'" else ""
    return f"{found['name']}{quote}{HIDDEN}{quote}"
