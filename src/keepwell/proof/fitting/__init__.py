"""What outcomes say about a scorecard: weights, scales and band thresholds that would have told them better."""
