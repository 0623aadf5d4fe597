"""What a bundle must keep to before it is deployed: each rule yields findings and knows nothing of the others."""
