"""Search: one problem at a time, by a policy that is data, within a budget."""
