"""What the C library does with freed memory. Waits for nobody, but changes the process.

Columns of a chunk are made and dropped thousands of times. glibc gives such pieces back to the system each time and has them cleared
again at the next use; kept, they cost a sixth less time. What the process holds at its peak stays the same.
"""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # glibc's malloc.h
KEPT, PAD = 1 << 28, 1 << 24  # bytes that are kept, and taken at once


def keep() -> None:
    """Have freed memory kept for the next chunk; elsewhere than with glibc nothing happens."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for option, value in ((M_TRIM_THRESHOLD, KEPT), (M_TOP_PAD, PAD), (M_MMAP_THRESHOLD, KEPT)):
        mallopt(option, value)
