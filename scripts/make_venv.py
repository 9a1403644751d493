"""Make the virtual environment at the given path, or say what is missing: `python3 make_venv.py .venv`.

Debian and Ubuntu ship Python without `venv`'s bootstrap unless python3-venv is installed.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    target = Path(sys.argv[1])
    if sys.version_info < (3, 11):
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} (make PYTHON=python3.12)", file=sys.stderr)
        return 3
    done = subprocess.run([sys.executable, "-m", "venv", str(target)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
        print("cannot make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
