"""bgpcheck: check ExpressRoute Microsoft peering prefixes before Azure does."""
