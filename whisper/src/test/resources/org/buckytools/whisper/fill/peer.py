"""Does with Python Whisper what a line asks for, and answers with a line.

create PATH RETENTIONS METHOD XFF      e.g. 10s:5m,1m:1h
update PATH NOW TIME=VALUE...
fetch PATH FROM UNTIL NOW STEP         answers TIME=VALUE..., only those that are there
"""
import sys

import whisper


def create(path, retentions, method, xff):
    archives = [whisper.parseRetentionDef(each) for each in retentions.split(',')]
    whisper.create(path, archives, xFilesFactor=float(xff), aggregationMethod=method)
    return 'ok'


def update(path, now, *points):
    pairs = [point.split('=') for point in points]
    whisper.update_many(path, [(int(t), float(v)) for t, v in pairs], now=int(now))
    return 'ok'


def fetch(path, start, until, now, step):
    (first, _, every), values = whisper.fetch(
        path, int(start), int(until), now=int(now), archiveToSelect=int(step))
    return ' '.join('%d=%r' % (first + i * every, v) for i, v in enumerate(values) if v is not None)


print('ready', flush=True)
for line in sys.stdin:
    words = line.split()
    print({'create': create, 'update': update, 'fetch': fetch}[words[0]](*words[1:]), flush=True)
