"""Inkbetween: in-betweens for Grease Pencil keyframes."""


def register() -> None:
    # Imported here so that `inkbetween.inference` works without Blender.
    from .addon import registration

    registration.register()


def unregister() -> None:
    from .addon import registration

    registration.unregister()
