"""Ask rov's library. Runs in a Python of its own, without bgpcheck: a line of JSON (prefix, AS number) in, what ``ROV.check`` gives out.

python rov_rows.py FOLDER     # with rpki/, irr/ and delegated/ in it
"""

import json
import sys

from rov import ROV

folder = sys.argv[1]
made = ROV([], [], [], irr_dir=f"{folder}/irr/", rpki_dir=f"{folder}/rpki/", delegated_dir=f"{folder}/delegated/")
made.load_delegated()
made.load_irr()
made.load_rpki()
for line in sys.stdin:
    print(json.dumps(made.check(*json.loads(line))))  # noqa: T201 (a program's output)
