"""What Frontdesk needs beyond Chalice: the template, the package, the local cloud, the deployment.

Everything here is generated from the code: a new webhook, table or schedule needs no line in this package. README.md says what is
in which file.
"""
