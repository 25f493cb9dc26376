"""Writes Whisper files as carbon does, one order a line, one answer a line.

create PATH RETENTIONS    e.g. 1s:1h,1m:1d; all its space taken at once, none of it a hole
update PATH TIME VALUE    one point, without a lock
run LOCK PATH FROM N PAUSE
                          N points in a file, one a second before FROM, a pause of so many seconds after every twenty. If
                          the file is not there, it is made with the retentions of the last create. LOCK is "flock" or "none"
empty PATH                "yes" or "no": whether a fetch of all archives finds no point
values PATH FROM UNTIL    how many seconds between these have a point
lock PATH, unlock         hold the file's lock, and release it and close the file
"""
import fcntl
import sys
import time

import whisper

retentions = "1s:1h"
held = None


def create(path, definition):
    global retentions
    retentions = definition
    archives = [whisper.parseRetentionDef(each) for each in definition.split(",")]
    whisper.create(path, archives, xFilesFactor=0)


def known(path, start, until, now):
    _, values = whisper.fetch(path, start, until, now=now)
    return sum(value is not None for value in values)


print("ready", flush=True)
for line in sys.stdin:
    order, *words = line.split()
    answer = "done"
    if order == "create":
        create(*words)
    elif order == "update":
        whisper.update(words[0], float(words[2]), int(words[1]), now=int(words[1]))
    elif order == "run":
        whisper.LOCK = words[0] == "flock"
        path, start, count, pause = words[1], int(words[2]), int(words[3]), float(words[4])
        for i in range(count):
            written = False
            while not written:
                try:
                    whisper.update(path, 1.0 + i, start - i, now=start)
                    written = True
                except FileNotFoundError:
                    try:
                        create(path, retentions)
                    except whisper.InvalidConfiguration:
                        pass  # It is there again.
            if i % 20 == 19:
                time.sleep(pause)
        whisper.LOCK = False
    elif order == "empty":
        info = whisper.info(words[0])
        now = int(words[1])
        found = sum(known(words[0], now - each["retention"] + 1, now, now) for each in info["archives"])
        answer = "no" if found else "yes"
    elif order == "values":
        answer = str(known(words[0], int(words[1]), int(words[2]), int(words[2])))
    elif order == "lock":
        held = open(words[0], "r+b")
        fcntl.flock(held, fcntl.LOCK_EX)
    elif order == "unlock":
        held.close()
    else:
        answer = "unknown order " + order
    print(answer, flush=True)
