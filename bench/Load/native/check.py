"""Shows that the client takes no wrong answer for a right one: make check.

Between client and stand-in stands a relay that makes one mistake. With each mistake, no call may count as answered.
"""
import json
import re
import socket
import subprocess
import sys
import threading


def changed_stamp(piece):
    return re.sub(rb'"sent":"(\d{18})\d"', rb'"sent":"\1x"', piece)


def old_stamp(piece):
    return re.sub(rb'"sent":"\d{19}"', b'"sent":"' + b"1".zfill(19) + b'"', piece)


def cut_short(piece):
    return piece[:-5] if piece.endswith(b"0\r\n\r\n") or b"application/json" in piece else piece


# What becomes of a piece of the answer, and for which calls that is a mistake.
MISTAKES = {
    "another letter": (lambda piece: piece.replace(b'"type"', b'"tyqe"'), "json spoken"),
    "another status": (lambda piece: piece.replace(b"200 OK", b"201 OK"), "json spoken"),
    "cut short": (cut_short, "json spoken"),
    "a byte more": (lambda piece: piece + b"x", "json spoken"),
    "a stamp that is none": (changed_stamp, "spoken"),
    "a stamp of another call": (old_stamp, "spoken"),
    "an event lost": (lambda piece: b"" if b"content_block_stop" in piece else piece, "spoken"),
    "an event twice": (lambda piece: piece * 2 if b"content_block_delta" in piece else piece, "spoken"),
}


def pump(source, target, change):
    try:
        while piece := source.recv(65536):
            target.sendall(change(piece))
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def relay(upstream, of_request, of_answer):
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", upstream))
            threading.Thread(target=pump, args=(near, far, of_request), daemon=True).start()
            threading.Thread(target=pump, args=(far, near, of_answer), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def answered(folder, port, call):
    run = subprocess.run([folder + "/client", str(port), "/dev/null", call, "1k", "streams", "3", "0.1"], capture_output=True, text=True)
    figures = json.loads(run.stdout.splitlines()[-1])
    return figures["answers"], figures["failures"] + figures["wrong"]


def main(folder):
    with socket.create_server(("127.0.0.1", 0)) as free:
        upstream = free.getsockname()[1]
    standin = subprocess.Popen([folder + "/standin", str(upstream)], stdout=subprocess.PIPE)
    standin.stdout.readline()

    def same(piece):
        return piece

    def other_request(piece):
        return piece.replace(b"Read", b"Reed")

    cases = [("no mistake", same, same, call, (3, 0)) for call in ("json", "spoken")]
    cases += [("another request", other_request, same, call, (0, 3)) for call in ("json", "spoken")]
    cases += [(name, same, change, call, (0, 3)) for name, (change, calls) in MISTAKES.items() for call in calls.split()]
    mistaken = 0
    try:
        for name, of_request, of_answer, call, expected in cases:
            seen = answered(folder, relay(upstream, of_request, of_answer), call)
            good = seen[0] == expected[0] and (seen[1] == 0) == (expected[1] == 0)
            mistaken += not good
            print(f"{'ok' if good else 'FAILED'}: {name}, {call}: {seen[0]} answers, {seen[1]} missing or wrong")
    finally:
        standin.kill()
    return 1 if mistaken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
