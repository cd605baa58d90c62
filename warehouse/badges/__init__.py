"""Sign-in on shared scanners: badges with PINs, enrolled devices, the lock of the screen."""
