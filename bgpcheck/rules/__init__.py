"""ExpressRoute rules, one group a file. Pure. Rule: a finding carries the id of the rule that made it."""
