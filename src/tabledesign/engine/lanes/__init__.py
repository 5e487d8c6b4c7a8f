"""The ways a request takes to DynamoDB without botocore's own pipeline."""
