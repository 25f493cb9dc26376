"""Opens, locks and writes files as carbon-cache does; one order a line, one answer a line."""
import fcntl
import os
import struct
import sys

fd = None
print("ready", flush=True)
for line in sys.stdin:
    order, *words = line.split()
    if order == "open":
        fd = os.open(words[0], os.O_RDWR)
    elif order == "lock":
        fcntl.flock(fd, fcntl.LOCK_EX)
    elif order == "unlock":
        fcntl.flock(fd, fcntl.LOCK_UN)
    elif order == "point":
        offset, time, value = int(words[0]), int(words[1]), float(words[2])
        os.pwrite(fd, struct.pack("!Ld", time, value), offset)
    elif order == "close":
        os.close(fd)
        fd = None
    print("done", flush=True)
