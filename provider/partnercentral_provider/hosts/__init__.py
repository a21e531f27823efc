"""The doors into the house. They translate between Pulumi and the lifecycle, and decide nothing."""
