"""`python -m tests.probe_worker`: a worker that behaves as the first line of its input says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> int:
    duty = sys.stdin.readline().strip()
    if duty == "environment":
        print(json.dumps(dict(os.environ)), flush=True)
    elif duty == "echo":
        for line in sys.stdin:
            sys.stdout.write(line)
        sys.stdout.write("a line that ends too soon")
    elif duty == "flood":
        while True:
            print("x" * 1000)
    elif duty == "fail":
        return 3
    elif duty == "crash":
        os.abort()
    elif duty == "hang":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(child.pid, flush=True)
        time.sleep(600)
    return 0


if __name__ == "__main__":
    sys.exit(main())
