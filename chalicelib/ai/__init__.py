"""Language models on a leash: asked by jobs, of masked words, within a budget; what they say counts where evidence holds it."""
