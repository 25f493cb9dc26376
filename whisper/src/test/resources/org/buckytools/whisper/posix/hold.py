"""Takes orders about one file, a line each, and answers each with a line, so that a test and this process take turns.

lock-shared, lock-exclusive   wait for the flock
try-shared, try-exclusive     take it without waiting: "yes" or "no"
unlock                        release it
release                       close the descriptor that carries the lock
open, try-open, close         hold the file open (try-open does not wait for a lease)
"""
import fcntl
import os
import sys

path = sys.argv[1]
lock = os.open(path, os.O_RDWR)
held = None
print("ready", flush=True)
for line in sys.stdin:
    order = line.strip()
    answer = "done"
    if order == "lock-shared":
        fcntl.flock(lock, fcntl.LOCK_SH)
    elif order == "lock-exclusive":
        fcntl.flock(lock, fcntl.LOCK_EX)
    elif order in ("try-shared", "try-exclusive"):
        kind = fcntl.LOCK_SH if order == "try-shared" else fcntl.LOCK_EX
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            answer = "yes"
        except BlockingIOError:
            answer = "no"
    elif order == "unlock":
        fcntl.flock(lock, fcntl.LOCK_UN)
    elif order == "release":
        os.close(lock)
    elif order == "open":
        held = os.open(path, os.O_RDWR)
    elif order == "try-open":
        try:
            held = os.open(path, os.O_RDWR | os.O_NONBLOCK)
            answer = "yes"
        except BlockingIOError:
            answer = "no"
    elif order == "close":
        os.close(held)
    else:
        answer = "unknown order " + order
    print(answer, flush=True)
