"""The engine in its own Java process: locked jars, a launcher, a movable clock. No JDK, no Maven (decision 2)."""
