"""The dynamic provider and the plugin: they translate for the lifecycle, and decide nothing."""
