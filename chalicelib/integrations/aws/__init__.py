"""Amazon's own services by their wire, without their models: signed by botocore, called as any vendor is."""
