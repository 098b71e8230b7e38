"""A process that sends to or reads from the embedded broker, for test_broker.

`python -m tests.calpads_portal.broker_traffic FOLDER send FIRST COUNT` sends so many numbers.
`python -m tests.calpads_portal.broker_traffic FOLDER read` prints the numbers it gets until the word `end`.
`python -m tests.calpads_portal.broker_traffic FOLDER end` sends that word, for one reader.
"""

import sys
from pathlib import Path
from queue import Empty

from kombu import Connection

from calpads_portal import broker


def main(folder: Path, verb: str, first: int = 0, count: int = 0) -> None:
    options = broker.options(folder) | {"polling_interval": 0.01}
    with Connection(f"{broker.SCHEME}://localhost", transport_options=options) as connection:
        queue = connection.SimpleQueue("numbers")
        if verb == "send":
            for number in range(first, first + count):
                queue.put(number)
            return
        if verb == "end":
            queue.put("end")
            return
        while True:
            try:
                message = queue.get(timeout=30)
            except Empty:
                sys.exit("nothing came for 30 seconds")
            message.ack()
            if message.payload == "end":
                return
            print(message.payload, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
