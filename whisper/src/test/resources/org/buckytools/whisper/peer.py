"""Does with Python Whisper what a test does with ours: one order a line, one answer a line.

Numbers in "double" and "float" places are the hexadecimal bits of the IEEE number, so that nothing is rounded on the way.

version                                         the Python version
create PATH METHOD FLOAT sparse|dense S:P,S:P   make a file
update PATH NOW TIME DOUBLE                     one point
many PATH NOW TIME:DOUBLE,...                   update_many; "-" for no points
fetch PATH FROM UNTIL NOW                       "none", or FROM UNTIL STEP and DOUBLE or "-" for each slot
set N,N,...                                     the numbers in the order of a set
"""
import struct
import sys

import whisper


def double(bits):
    return struct.unpack("!d", bytes.fromhex(bits))[0]


def bits(value):
    return "-" if value is None else struct.pack("!d", value).hex()


def carry_out(order, arguments):
    if order == "version":
        return "%d.%d" % sys.version_info[:2]
    if order == "set":
        return ",".join(str(n) for n in set([int(n) for n in arguments[0].split(",")]))
    path = arguments[0]
    if order == "create":
        archives = [tuple(int(n) for n in a.split(":")) for a in arguments[4].split(",")]
        factor = struct.unpack("!f", bytes.fromhex(arguments[2]))[0]
        whisper.create(path, archives, factor, arguments[1], sparse=arguments[3] == "sparse")
        return "done"
    if order == "update":
        whisper.update(path, double(arguments[3]), int(arguments[2]), now=int(arguments[1]))
        return "done"
    if order == "many":
        points = [] if arguments[2] == "-" else [p.split(":") for p in arguments[2].split(",")]
        whisper.update_many(path, [(int(t), double(v)) for t, v in points], now=int(arguments[1]))
        return "done"
    if order == "fetch":
        result = whisper.fetch(path, int(arguments[1]), int(arguments[2]), now=int(arguments[3]))
        if result is None:
            return "none"
        (start, end, step), values = result
        return "%d %d %d %s" % (start, end, step, ",".join(bits(v) for v in values))
    raise ValueError("unknown order " + order)


print("ready", flush=True)
for line in sys.stdin:
    words = line.split()
    try:
        answer = carry_out(words[0], words[1:])
    except whisper.WhisperException as e:
        answer = "refused " + type(e).__name__
    print(answer, flush=True)
