"""The time machine: every scheduled rule played for one test ticket, so that a rule can be read before it is switched on."""
