"""What AWS asks, in dollars: list prices on demand in us-east-1, before any free tier. Looked up by hand; `AS_OF` says when."""

from typing import Final

AS_OF: Final = "November 2026"

MILLION: Final = 1_000_000
GIGABYTE: Final = 1_000_000_000

WRITE_UNIT: Final = 0.625 / MILLION
READ_UNIT: Final = 0.125 / MILLION
"""DynamoDB on demand, since November 2024."""

STORED_GB_MONTH: Final = 0.25
RECOVERABLE_GB_MONTH: Final = 0.20
"""DynamoDB's tables, and their continuous backups."""

LAMBDA_GB_SECOND: Final = 0.0000166667
LAMBDA_REQUEST: Final = 0.20 / MILLION

API_REQUEST: Final = 3.50 / MILLION
"""API Gateway, REST, the first 333 million a month."""

LOG_GB: Final = 0.50
LOG_GB_MONTH: Final = 0.03
"""CloudWatch Logs: taken in, and kept."""

METRIC_MONTH: Final = 0.30
ALARM_MONTH: Final = 0.10
"""CloudWatch: a metric of one's own, by the hours in which it comes, and an alarm of standard resolution."""

SQS_REQUEST: Final = 0.40 / MILLION

DECRYPTION: Final = 0.03 / 10_000
"""KMS, for each secret that Parameter Store opens with Amazon's own key. Standard parameters cost nothing themselves."""

TRANSFER_GB: Final = 0.09
"""To the internet: answers, and what is said to vendors."""

FREE: Final = {
    "DynamoDB Streams": "reads by Lambda",
    "EventBridge": "rules with a schedule",
    "Parameter Store": "standard parameters at standard throughput",
    "CloudWatch": "three dashboards of up to 50 metrics",
}
"""What costs nothing at any number of ours."""
