"""What holds where nobody says otherwise; help tells it too. Pure. Rule: each number stands here once."""

DEADLINE = 30.0  # seconds for live registries
DEFAULT_POLICY = "microsoft-peering"
