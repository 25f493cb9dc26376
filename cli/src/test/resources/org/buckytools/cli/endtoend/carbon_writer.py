"""Writes points the way carbon-cache does with WHISPER_LOCK_WRITES on, to the old and to the new place of each metric, and logs
every point that Whisper has accepted.

usage: carbon_writer.py JOBS LOG SECONDS-PER-POINT

JOBS has a line a metric: NAME OLD-PATH NEW-PATH. A point goes to one of the two places, chosen at random, and no time is
written twice for a metric. Files that are not there are created, as carbon does for a new metric. The log has a line a point: NAME TIME
VALUE, written only once the file is closed. SIGTERM stops it, at a whole point.
"""
import os
import random
import signal
import sys
import time

import whisper

stop = False


def on_term(signum, frame):
    global stop
    stop = True


signal.signal(signal.SIGTERM, on_term)
whisper.LOCK = True
whisper.AUTOFLUSH = True

step = int(sys.argv[3])
with open(sys.argv[1]) as lines:
    jobs = [line.split() for line in lines]
rng = random.Random(7)
written = {name: 0 for name, _, _ in jobs}
print('ready', flush=True)

with open(sys.argv[2], 'a') as log:
    while not stop:
        for name, old, new in jobs:
            if stop:
                break
            now = int(time.time())
            slot = now - now % step
            if slot <= written[name]:
                continue
            written[name] = slot
            path = old if rng.random() < 0.5 else new
            value = float(rng.randrange(1, 10 ** 6))
            while True:
                try:
                    if not os.path.exists(path):
                        os.makedirs(os.path.dirname(path), exist_ok=True)
                        whisper.create(path, [(step, 3600), (step * 60, 1440)])
                    whisper.update(path, value, slot)
                    break
                except FileNotFoundError:
                    continue  # it, or its folder, went away meanwhile; carbon would try again with the next point
                except whisper.InvalidConfiguration:
                    continue  # it came into being meanwhile
            log.write('%s %d %r\n' % (name, slot, value))
            log.flush()
        time.sleep(0.01)
