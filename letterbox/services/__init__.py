"""What officials, writers and operators do: a room a capability, each importing only rooms below it."""
