"""Runs a command and prints a JSON line: seconds by the clock, seconds of processor time, peak memory, and what it printed."""
import json
import resource
import subprocess
import sys
import time

begun = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
seconds = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode != 0:
    sys.stderr.write(done.stderr[-4000:])
    sys.exit(done.returncode)
last = [line for line in done.stdout.splitlines() if line.startswith("{")][-1]
print(json.dumps({"seconds": round(seconds, 2), "cpuSeconds": round(used.ru_utime + used.ru_stime, 2), "peakMb": round(used.ru_maxrss / 1024), "told": json.loads(last)}))
