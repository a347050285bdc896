"""Where a drawing seems to have a person's joints."""
