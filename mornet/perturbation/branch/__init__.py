"""The branch p*(t) of stationary points: continuation, sensitivities, radius of convergence."""
