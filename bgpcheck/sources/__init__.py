"""What may be asked about a claim. Pure: a source answers from documents or says which it needs; it never waits."""
