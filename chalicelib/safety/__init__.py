"""Words after which a person must look: hotlines at once, an alarm to the admin, automation paused."""
