"""«Рука помощи» from the specialist's side: who waits, and taking one."""
