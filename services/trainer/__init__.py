"""Jobs that train, evaluate and predict, and the engine that computes them."""
