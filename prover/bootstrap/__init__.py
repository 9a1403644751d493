"""From what was proved to training data: examples, harvest, decontamination."""
