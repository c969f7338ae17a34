"""What Frontdesk needs beyond Chalice: the template, the package, the local cloud, the deployment.

Everything here is generated from the code: a new webhook, table or schedule needs no line in this package.

    inventory   asks the application what it has: routes, jobs, tables
    template    turns the inventory into CloudFormation (tables, doors, roles, gateway, watching)
    bundle      builds the zip that Lambda runs
    package     both of them in one directory, ready to deploy
    stack       puts a package on CloudFormation, wherever that is
    localcloud  MiniStack on loopback with that stack on it
"""
