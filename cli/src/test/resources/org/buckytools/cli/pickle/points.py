"""Pickles random lists of points and says what lines they are. Runs under Python 2.7 and 3.

    points.py SEED LISTS [LONGEST] > FILE

Each line of the output is a pickler, a protocol, a pickle and its lines, the last two in hexadecimal. python2-pickles.txt is what
Python 2.7.18 printed for "7 6 5".
"""
import binascii
import pickle
import random
import sys

PYTHON2 = sys.version_info[0] == 2
if PYTHON2:
    import cPickle

    PICKLERS = [("pickle", pickle.dumps), ("cPickle", cPickle.dumps)]
    PROTOCOLS = range(3)
else:
    unicode = str
    PICKLERS = [("_pickle", pickle.dumps), ("pickle", pickle._dumps)]
    PROTOCOLS = range(6)

WORDS = [u"a", u"web01", u"cpu", u"it's", u'"q"', u"back\\slash", u"\u00e4\u00df", u"\u6e29\u5ea6", u"\U0001f600", u"x" * 300, u"t;dc=1"]


def name(rng, protocol):
    text = u".".join(rng.choice(WORDS) for _ in range(rng.randint(1, 6)))
    as_bytes = text.encode("utf-8")
    # Python 3 has no way to write bytes before protocol 3 but a call of a function.
    if rng.random() < 0.3 and (PYTHON2 or protocol >= 3):
        return as_bytes, as_bytes
    return text, as_bytes


def number(rng):
    kind = rng.randint(0, 8)
    if kind == 0:
        return rng.randint(-5, 300)
    if kind == 1:
        return rng.randint(-(2 ** 40), 2 ** 40)
    if kind == 2:
        return rng.randint(-(2 ** 200), 2 ** 200)
    if kind == 3:
        return float(rng.randint(-1000, 10 ** 17))
    if kind == 4:
        return round(rng.uniform(-1000, 1000), rng.randint(0, 6))
    if kind == 5:
        return rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 300)
    if kind == 6:
        return rng.gauss(0, 100)
    if kind == 7:
        return rng.random() < 0.5
    return " %r " % rng.choice([17, -2.5, 1e-7, 0])


def text_of(value, label, protocol):
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        # Numbers that come as text are handed on as they are, and cPickle writes 17 digits.
        return "%.17g" % value if label == "cPickle" and protocol == 0 else repr(value)
    if isinstance(value, str):
        return value.strip()
    return "%d" % value


def time(rng):
    seconds = rng.randint(0, 2 ** 33)
    return rng.choice([seconds, seconds + rng.random(), float(seconds), str(seconds)]), seconds


def points(rng, protocol, longest):
    """The points, and of each the name, the value and the time as they are to stand on the line."""
    result = []
    lines = []
    last = None
    for _ in range(rng.randint(0, longest)):
        if last is not None and rng.random() < 0.1:
            # The same object again, for the memo.
            point, line = last
        else:
            label, label_bytes = name(rng, protocol)
            value = number(rng)
            stamp, seconds = time(rng)
            pair = (stamp, value)
            pair = list(pair) if rng.random() < 0.2 else pair
            point = [label, pair] if rng.random() < 0.2 else (label, pair)
            line = label_bytes, value, seconds
            last = point, line
        result.append(point)
        lines.append(line)
    return (tuple(result) if rng.random() < 0.2 else result), lines


def main():
    rng = random.Random(int(sys.argv[1]))
    longest = int(sys.argv[3]) if len(sys.argv) > 3 else 2500
    for _ in range(int(sys.argv[2])):
        for protocol in PROTOCOLS:
            data, lines = points(rng, protocol, longest)
            for label, dumps in PICKLERS:
                text = b"".join(
                    label_bytes + (" %s %d\n" % (text_of(value, label, protocol), seconds)).encode("ascii")
                    for label_bytes, value, seconds in lines
                )
                print("%s %d %s %s" % (label, protocol, hexadecimal(dumps(data, protocol)), hexadecimal(text)))


def hexadecimal(data):
    return binascii.hexlify(data).decode("ascii")


main()
