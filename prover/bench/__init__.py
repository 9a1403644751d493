"""Benchmarks of the checker: each is one run that measures ratios, and is never asserted in a test.

What is compared is measured in turns, round by round, so that whatever else the machine does hits both sides; the
figure is the median over the rounds.
"""
