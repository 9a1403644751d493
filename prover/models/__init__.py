"""Language models behind one seam: `base` says what one is, each backend has a module of its own."""
