"""The command line: arguments in, text out; everything else is done below."""
