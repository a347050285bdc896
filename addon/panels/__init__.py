"""The sidebar and menus."""
