"""Pictures to look at: contact sheets of many sequences, and strips of all frames of one."""
