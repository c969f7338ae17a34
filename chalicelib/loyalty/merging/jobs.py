"""What follows a merge here is told to what passes a merged client's rows on."""

from chalicelib.intake.merging import service as merging
from chalicelib.loyalty.merging import service

merging.OTHERS.append(service.pass_on)
