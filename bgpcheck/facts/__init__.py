"""What is true of a claim, one fact a file. Pure. Rule: a fact returns its evidence; a source's silence is every value, never one."""
