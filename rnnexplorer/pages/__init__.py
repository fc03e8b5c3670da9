"""The screens: each asks, calls, draws and explains; none computes."""
