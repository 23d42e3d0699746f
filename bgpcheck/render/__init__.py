"""A result as text, one output a file. Pure. Rule: nothing from outside leaves unescaped."""
