#!/usr/bin/python3
"""Writes the tables of this folder: who owns which metric, as the peers themselves say.

Each table is one list of members. Its columns are ring types, its cells the owners in order, by index into that list. A ring
type without a column cannot be asked about these members.

    generate.py --buckytools DIR --relay-ng DIR

where the folders are checkouts of github.com/jjneely/buckytools and github.com/grafana/carbon-relay-ng. It needs carbon-c-relay
(made with 3.7.3), the carbon module of graphite-carbon (made with 1.1.7), mmh3 (made with 5.x) and Go.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import tempfile
from types import SimpleNamespace

from carbon.routers import ConsistentHashingRouter, FastHashingRouter

HERE = os.path.dirname(os.path.abspath(__file__))
REPLICAS = 3

# host, port, instance
TABLES = {
    "hosts": [("graphite%03d" % i, 2003, None) for i in (10, 2, 7)],
    "ports": [("10.0.%d.%d" % (i % 3, i), 2003 + i % 4, None) for i in range(8)],
    "instances": [
        ("192.168.7.%d" % (i % 3), 2100 + i, str(i + 1)) for i in (11, 0, 4, 9, 1, 10, 2, 8, 3, 5, 7, 6)],
    "cyclic": [
        ("10.1.0.%d" % i, 2003, name)
        for i, name in enumerate(["9", "1a", "10", None, "2", "1b", "010", "b", "7", None, "-3", "4294967290", "11"])],
    "ipv6": [("2001:db8::%x" % (i * 7), 2003, "abcde"[i]) for i in range(5)],
    "large": [("store-%02d.example.org" % i, 2004, None) for i in range(64)],
}

GO_BUCKYTOOLS = """
package main

import (
    "bufio"; "fmt"; "os"
    "github.com/jjneely/buckytools/hashing"
)

func main() {
    ring := hashing.NewJumpHashRing(1)
    in := bufio.NewScanner(os.Stdin)
    for in.Scan() && in.Text() != "" {
        var host, instance string
        var port int
        fmt.Sscanf(in.Text(), "%s %d %s", &host, &port, &instance)
        ring.AddNode(hashing.NewNode(host, port, instance))
    }
    for in.Scan() {
        n := ring.GetNode(in.Text())
        fmt.Println(n.Server, n.Port)
    }
}
"""

GO_RELAY_NG = """
package main

import (
    "bufio"; "fmt"; "os"
    "github.com/grafana/carbon-relay-ng/destination"
    "github.com/grafana/carbon-relay-ng/route"
)

func main() {
    members := []*destination.Destination{}
    in := bufio.NewScanner(os.Stdin)
    for in.Scan() && in.Text() != "" {
        var host, instance string
        var port int
        fmt.Sscanf(in.Text(), "%s %d %s", &host, &port, &instance)
        members = append(members, &destination.Destination{Addr: fmt.Sprintf("%s:%d", host, port), Instance: instance})
    }
    ring := route.NewConsistentHasher(members, os.Args[1] == "v2")
    for in.Scan() {
        fmt.Println(ring.GetDestinationIndex([]byte(in.Text())))
    }
}
"""


def names():
    chance = random.Random(20240229)
    words = ["carbon", "cpu", "disk", "eth0", "free", "Load", "used_bytes", "p99", "x-y", "a", "web01", "DB:7", "#3"]
    result = ["foobar", "a", "carbon.agents.graphite010-a.cpuUsage", "h\u00e4user.\u6e29\u5ea6.\U0001f321"]
    while len(result) < 60:
        result.append(".".join(chance.choice(words) + chance.choice(["", "", str(chance.randrange(500))])
                               for _ in range(chance.randrange(1, 8))))
    return result


def member_text(member):
    host, port, instance = member
    return "%s:%d%s" % ("[%s]" % host if ":" in host else host, port, "=" + instance if instance else "")


def c_relay(kind, members):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write("cluster c %s replication %d %s ; match * send to c stop;\n"
                   % (kind, REPLICAS, " ".join(map(member_text, members))))
        conf.flush()
        run = subprocess.run(["carbon-c-relay", "-f", conf.name, "-t"], text=True, check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, input="".join("%s 1 1\n" % name for name in names()))
    index = {member_text((host, port, None)): i for i, (host, port, _) in enumerate(members)}
    answers = re.findall(r"^    \* -> (.*)\n    %s\(c\)\n((?:        .*\n)+)" % kind, run.stdout, re.M)
    assert [name for name, _ in answers] == names()
    return [[index[owner] for owner in owners.split()] for _, owners in answers]


def carbon(router, hash_type, diverse, members):
    settings = SimpleNamespace(REPLICATION_FACTOR=REPLICAS, DIVERSE_REPLICAS=diverse, ROUTER_HASH_TYPE=hash_type)
    ring = router(settings)
    for member in members:
        ring.addDestination(member)
    return [[members.index(owner) for owner in ring.getDestinations(name)] for name in names()]


def go(folder, arguments, members):
    lines = ["%s %d %s" % (host, port, instance or "") for host, port, instance in members] + [""] + names()
    run = subprocess.run([os.path.join(folder, "main")] + arguments, text=True, check=True, stdout=subprocess.PIPE,
                         input="".join(line + "\n" for line in lines))
    return run.stdout.splitlines()


def build(folder, module, files, main):
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        with open(os.path.join(folder, path), "w") as out:
            out.write(text)
    with open(os.path.join(folder, "go.mod"), "w") as out:
        out.write("module %s\n" % module)
    with open(os.path.join(folder, "main.go"), "w") as out:
        out.write(main)
    subprocess.run(["go", "build", "-o", "main", "main.go"], cwd=folder, check=True,
                   env=dict(os.environ, GO111MODULE="on", GOFLAGS="-mod=mod"))


def read(*path):
    with open(os.path.join(*path)) as source:
        return source.read()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--buckytools", required=True)
    options.add_argument("--relay-ng", required=True)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as buckytools, tempfile.TemporaryDirectory() as relay_ng:
        build(buckytools, "github.com/jjneely/buckytools",
              {"hashing/" + f: read(options.buckytools, "hashing", f) for f in ("hashing.go", "fnv1a.go", "jump.go")},
              GO_BUCKYTOOLS)
        build(relay_ng, "github.com/grafana/carbon-relay-ng",
              {"route/consistent_hashing.go": read(options.relay_ng, "route", "consistent_hashing.go"),
               "destination/destination.go":
                   "package destination\ntype Destination struct { Addr string; Instance string }\n"},
              GO_RELAY_NG)
        for table, members in TABLES.items():
            write(table, members, columns(members, buckytools, relay_ng))


def columns(members, buckytools, relay_ng):
    yield "carbon", c_relay("carbon_ch", members)
    yield "fnv1a", c_relay("fnv1a_ch", members)
    yield "jump_fnv1a", c_relay("jump_fnv1a_ch", members)
    where = {"%s %d" % (host, port): i for i, (host, port, _) in enumerate(members)}
    yield "jump_string", [[where[line]] for line in go(buckytools, [], members)]
    for diverse in (True, False):
        any_host = "" if diverse else "/any"
        yield "carbon1" + any_host, carbon(ConsistentHashingRouter, None, diverse, members)
        yield "carbon1_fnv1a" + any_host, carbon(ConsistentHashingRouter, "fnv1a_ch", diverse, members)
        yield "carbon1_mmh3" + any_host, carbon(ConsistentHashingRouter, "mmh3_ch", diverse, members)
        yield "carbon1_fast" + any_host, carbon(FastHashingRouter, None, diverse, members)
    if not any(":" in host for host, _, _ in members):
        yield "relay_ng", [[int(line)] for line in go(relay_ng, ["v1"], members)]
        yield "relay_ng_v2", [[int(line)] for line in go(relay_ng, ["v2"], members)]


def write(table, members, cells):
    cells = list(cells)
    with open(os.path.join(HERE, table + ".tsv"), "w", encoding="utf-8") as out:
        out.write("# Made by generate.py; do not edit.\n")
        out.write("# members " + " ".join(map(member_text, members)) + "\n")
        out.write("\t".join(["name"] + [column for column, _ in cells]) + "\n")
        for i, name in enumerate(names()):
            out.write("\t".join([name] + [",".join(map(str, owners[i])) for _, owners in cells]) + "\n")


main()
