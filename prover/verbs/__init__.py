"""The verbs of the command line, one module each: they read options, call the engine and print."""
