"""What holds a drawing together: which line ends on which, which paint lies under which line."""
