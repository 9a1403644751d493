"""Make a virtual environment with pip at the given path, or say what is missing: `python3 make_venv.py .venv`.

Debian and Ubuntu ship Python without the part that puts pip into a new environment, unless python3-venv is installed;
where the system has a pip of its own, that one does it instead.
"""

import shutil
import subprocess
import sys
from pathlib import Path


def run(*command: str) -> str:
    """Empty when the command succeeded, else what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (
        "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"ended with {done.returncode}"
    )


def main() -> int:
    target = Path(sys.argv[1])
    if sys.version_info < (3, 11):
        print(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=...",
            file=sys.stderr,
        )
        return 3
    problem = run(sys.executable, "-m", "venv", str(target))
    if problem:
        problem = run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(target)) or run(
            sys.executable, "-m", "pip", "--python", str(target / "bin/python"), "install", "--quiet", "pip"
        )
    if problem:
        shutil.rmtree(target, ignore_errors=True)
        print(f"cannot make a virtual environment: {problem}", file=sys.stderr)
        print("on Debian or Ubuntu: apt-get install python3-venv", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
