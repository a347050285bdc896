"""What holds a drawing together: what touches what, and where it goes as one."""
